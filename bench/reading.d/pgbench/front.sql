\set later random(0, :spread - 1)
select parent.id, around.total, around.precedes, around.follows, null::bigint, null::timestamptz, n.id, n.published_at, n.slug, n.title, n.summary, n.kind, n.urgency, array(select nt.topic_id from news_topic nt where nt.news_id = n.id order by nt.position)
from (values (0::bigint)) as parent (id)
cross join lateral (select 0 as total, false as precedes, false as follows) as around
left join lateral (select k.* from news k where true and k.published_at < timestamptz '2030-01-01Z' + :later * interval '1 millisecond' order by k.published_at desc, k.id desc limit 21) as n on true
order by parent.id, n.published_at desc, n.id desc;
