-- How many news there are, by month and by topic: kept at each commit from its events, so that nobody has to count them.

-- What all nodes have to agree on.
create table newsroom (
    single boolean primary key default true check (single),
    -- Of its days and months.
    zone text not null
);

create table news_count (
    -- 0: of any topic or none.
    topic_id bigint not null,
    -- By its first day; -infinity: all months together.
    month date not null,
    count integer not null,
    primary key (topic_id, month)
);

create function month_of(timestamptz) returns date language sql stable return
    date_trunc('month', $1 at time zone (select zone from newsroom))::date;

-- What each of these events changed: a news item leaves what it was filed under before, and comes under what it is now.
create function count_events(first bigint, last bigint) returns void language sql as $$
    insert into news_count (topic_id, month, count)
    select topic.id, month.day, sum(changed.by)
    from (
        select 1 as by, published_at, topic_ids from event where position between first and last and type <> 'RETRACTED'
        union all
        select -1, p.published_at, p.topic_ids
        from event e join event p on p.position = e.previous
        where e.position between first and last and p.type <> 'RETRACTED'
    ) as changed
        cross join lateral unnest(array_prepend(0::bigint, changed.topic_ids)) as topic (id)
        cross join lateral (values ('-infinity'::date), (month_of(changed.published_at))) as month (day)
    group by topic.id, month.day
    having sum(changed.by) <> 0
    order by topic.id, month.day
    on conflict (topic_id, month) do update set count = news_count.count + excluded.count
$$;

-- Tells in which zone the newsroom's days are; where that is news, all is counted anew.
create function use_zone(name text) returns void language plpgsql as $$
begin
    perform from feed for update;
    if exists (select from newsroom where zone = name) then
        return;
    end if;
    perform now() at time zone name;
    insert into newsroom (zone) values (name) on conflict (single) do update set zone = excluded.zone;
    delete from news_count;
    insert into news_count (topic_id, month, count)
    select topic_id, month, count(*)
    from (
        select 0 as topic_id, published_at from news
        union all
        select topic_id, published_at from news_topic
    ) as filed cross join lateral (values ('-infinity'::date), (month_of(published_at))) as counted (month)
    group by topic_id, month;
end
$$;

-- Topics are few, change seldom and are named by most answers: who knows of which version they are needn't read them again.
alter table feed add column topics_version bigint not null default 0;

create or replace function standing(feed) returns text language sql stable return
    concat_ws(' ', $1.version, $1.position, (extract(epoch from $1.occurred_at) * 1000000)::bigint, $1.topics_version);

alter table pending_commit add column changed_topics boolean not null default false;

create function note_changed_topics() returns trigger language plpgsql as $$
begin
    insert into pending_commit (changed_topics) values (true) on conflict (transaction) do update set changed_topics = true;
    return null;
end
$$;

create or replace trigger note_change after insert or update or delete or truncate on topic
    for each statement execute function note_changed_topics();

create or replace function log_events() returns trigger language plpgsql
    set enable_seqscan = off set enable_hashjoin = off as $$
declare
    head feed;
    added bigint;
    moment timestamptz;
    changed_topics boolean;
begin
    select * into strict head from feed for update;
    moment := clock_timestamp();
    insert into event (
        position, type, news_id, previous, occurred_at, slug, revision, published_at, kind, urgency, series_id, topic_ids)
    select
        head.position + row_number() over (order by coalesce(n.published_at, p.published_at), c.news_id),
        case
            when n.id is null then 'RETRACTED'
            when p.position is null or p.type = 'RETRACTED' then 'PUBLISHED'
            else 'REVISED'
        end,
        c.news_id, p.position, moment, coalesce(n.slug, p.slug), n.revision,
        coalesce(n.published_at, p.published_at), n.kind, n.urgency, n.series_id,
        case when n.id is not null then
            array(select topic_id from news_topic where news_id = n.id order by topic_id)
        end
    from pending_change c
        left join news n on n.id = c.news_id
        left join lateral (
            select * from event where news_id = c.news_id order by position desc limit 1
        ) p on true
    where c.transaction = new.transaction and (n.id is not null or p.type <> 'RETRACTED');
    get diagnostics added = row_count;
    delete from pending_change where transaction = new.transaction;
    delete from pending_commit c where transaction = new.transaction returning c.changed_topics into changed_topics;
    head.version := head.version + 1;
    if changed_topics then
        head.topics_version := head.version;
    end if;
    if added > 0 then
        perform count_events(head.position + 1, head.position + added);
        head.position := head.position + added;
        head.occurred_at := moment;
    end if;
    update feed set version = head.version, position = head.position, occurred_at = head.occurred_at,
        topics_version = head.topics_version;
    perform pg_notify('utrop_feed', standing(head));
    return null;
end
$$;
