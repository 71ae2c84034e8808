\set topic 1 + random(0, :spread - 1) % 15
\set day (6209 + random(0, :spread - 1)) % 6900
select row(found.*) from (select parent.id, null, page.id, page.published_at, n.slug, n.title, n.summary
from unnest(cast(array[:topic] as bigint[])) as parent (id)
left join lateral (select distinct part.published_at, part.id from (select parent.id) as own (key) cross join lateral (select k.published_at, k.news_id as id from news_topic k join news f on f.id = k.news_id where k.topic_id = own.key and k.published_at >= timestamptz '2006-01-01Z' + :day * interval '1 day' and k.published_at < timestamptz '2006-12-31Z' + :day * interval '1 day' and f.withdrawn_at is null order by k.published_at desc, k.news_id desc limit 21) as part order by part.published_at desc, part.id desc limit 21) as page on true
left join lateral (select * from news where id = page.id limit 1) n on true) found;
