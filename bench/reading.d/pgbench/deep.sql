\set number :news - :deep - random(0, :spread - 1) % (:news / 4)
select row(found.*) from (select parent.id, null, n.id, n.published_at, n.slug, n.title, n.summary, n.kind, n.urgency, n.topic_ids
from (values ((cast('{0}' as bigint[]))[1])) as parent (id)
left join lateral (select k.* from news k where true and k.withdrawn_at is null and (k.published_at, k.id) < (timestamptz '2006-01-01Z' + :number * (631151999 / :news) * interval '1 second', :number) order by k.published_at desc, k.id desc limit 21) as n on true) found;
