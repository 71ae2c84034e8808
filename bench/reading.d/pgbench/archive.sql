\set day random(0, :spread - 1) % 7300
select extract(year from m)::int, extract(month from m)::int, count, '[]'
from (
    select date_trunc('month', n.published_at at time zone 'Europe/Stockholm') as m, count(*) as count
    from news n
    where true and n.published_at >= timestamptz '2006-01-01Z' + :day * interval '1 day'
    group by m
) months
order by m desc;
