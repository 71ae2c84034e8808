\set later random(0, :spread - 1)
select row(found.*) from (select parent.id, null, n.id, n.published_at, n.slug, n.title, n.summary, n.kind, n.urgency, n.topic_ids
from (values ((cast('{0}' as bigint[]))[1])) as parent (id)
left join lateral (select k.* from news k where true and k.published_at < timestamptz '2030-01-01Z' + :later * interval '1 millisecond' and k.withdrawn_at is null order by k.published_at desc, k.id desc limit 21) as n on true) found;
