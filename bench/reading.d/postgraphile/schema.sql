-- What PostGraphile can't make of the tables by itself.

create schema postgraphile authorization utrop;

create function postgraphile.topic_news_count(topic public.topic) returns integer language sql stable return (
    select count(*)::integer from public.news_topic where topic_id = topic.id
);

create function postgraphile.archive(since timestamptz default null)
    returns table (year integer, month integer, count integer) language sql stable as $$
        select extract(year from m)::integer, extract(month from m)::integer, count(*)::integer
        from (
            select date_trunc('month', published_at at time zone 'Europe/Stockholm') as m
            from public.news
            where published_at >= coalesce(since, '-infinity')
        ) news
        group by m
        order by m desc
    $$;
