\set day random(0, :spread - 1) % 7300
select extract(year from month)::int, extract(month from month)::int,
    (sum(count) filter (where topic_id = 0))::int,
    coalesce(array_agg(topic_id) filter (where topic_id <> 0), '{}'),
    coalesce(array_agg(count) filter (where topic_id <> 0), '{}')
from (
    select month, topic_id, sum(count)::int as count from (select month, 0 as topic_id, count from news_count where topic_id = 0 and month > '-infinity'
        and month >= date_trunc('month', date '2006-02-01' + cast(:day as integer))
        union all
        select cast(date_trunc('month', date '2006-01-01' + cast(:day as integer)) as date), 0, count(*) from (select * from news where withdrawn_at is null) n
        where n.published_at >= timestamptz '2006-01-01Z' + :day * interval '1 day'
        and n.published_at < date_trunc('month', date '2006-02-01' + cast(:day as integer)) group by 2) as part
    group by month, topic_id
    having sum(count) > 0
) as whole
group by month
order by month desc;
