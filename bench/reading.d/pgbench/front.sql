\set later random(0, :spread - 1)
select parent.id, around.total, around.precedes, around.follows, null::bigint, null::timestamptz, page.id, page.published_at, n.slug, n.title, n.summary, n.kind, n.urgency, (select coalesce(json_agg(json_build_object('key', t.id, 'slug', t.slug, 'name', t.name) order by nt.position), '[]')::text from news_topic nt join topic t on t.id = nt.topic_id where nt.news_id = n.id)
from unnest(cast('{0}' as bigint[])) as parent (id)
cross join lateral (select 0 as total, false as precedes, false as follows) as around
left join lateral (select k.published_at, k.id from news k where true and k.published_at < timestamptz '2030-01-01Z' + :later * interval '1 millisecond' order by k.published_at desc, k.id desc limit 21) as page on true
left join lateral (select * from news where id = page.id limit 1) n on true
order by parent.id, page.published_at desc, page.id desc;
