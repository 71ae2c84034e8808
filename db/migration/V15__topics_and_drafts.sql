-- Editors wait for no long transaction that changes news, such as an import of tens of thousands of items.

-- 1. What an event holds is read and counted before the row of feed is locked. Behind the lock, events only get their numbers.

create type feed_draft as (
    events event[],
    -- What to add to news_count: topics, months and numbers, side by side.
    topics bigint[],
    months date[],
    numbers integer[]
);

-- The events that these changes make of what the news are now, without position and time, and in the order of the log.
create function draft_events(ids bigint[]) returns event[] language sql
    set enable_seqscan = off set enable_hashjoin = off as $$
    select array_agg(
        row(
            null,
            case
                when n.id is null then 'RETRACTED'
                when p.position is null or p.type = 'RETRACTED' then 'PUBLISHED'
                else 'REVISED'
            end,
            c.id, p.position, null, coalesce(n.slug, p.slug), n.revision, coalesce(n.published_at, p.published_at), n.kind,
            n.urgency, n.series_id,
            case when n.id is not null then
                array(select topic_id from unnest(n.topic_ids) topic_id order by topic_id)
            end
        )::event
        order by coalesce(n.published_at, p.published_at), c.id)
    from unnest(ids) as c (id)
        left join lateral (select * from news where id = c.id offset 0) n on true
        left join lateral (
            select * from event where news_id = c.id order by position desc limit 1
        ) p on true
    where n.id is not null or p.type <> 'RETRACTED'
$$;

-- With what the events change in news_count: a news item leaves what it was filed under before, and comes under what it is now.
create function draft_changes(ids bigint[]) returns feed_draft language plpgsql
    set enable_seqscan = off set enable_hashjoin = off as $$
declare
    draft feed_draft;
begin
    draft.events := draft_events(ids);
    select array_agg(topic_id order by topic_id, month), array_agg(month order by topic_id, month),
        array_agg(number order by topic_id, month)
    into draft.topics, draft.months, draft.numbers
    from (
        select topic_id, month, sum(changed.by)::integer as number
        from (
            select 1, d.published_at, d.topic_ids from unnest(draft.events) d where d.type <> 'RETRACTED'
            union all
            select -1, p.published_at, p.topic_ids
            from unnest(draft.events) d join event p on p.position = d.previous
            where p.type <> 'RETRACTED'
        ) as changed (by, published_at, topic_ids)
            cross join newsroom
            cross join lateral (
                select date_trunc('month', changed.published_at at time zone zone)::date
            ) as of_event (day)
            cross join lateral unnest(array_prepend(0::bigint, changed.topic_ids)) as topic_id
            cross join lateral (values ('-infinity'::date), (of_event.day)) as counted (month)
        group by topic_id, month
        having sum(changed.by) <> 0
    ) as summed;
    return draft;
end
$$;

create or replace function log_events() returns trigger language plpgsql
    set enable_seqscan = off set enable_hashjoin = off as $$
declare
    seen bigint;
    ids bigint[];
    draft feed_draft;
    zone_of_draft text;
    head feed;
    added bigint;
    moment timestamptz;
    changed_topics boolean;
begin
    with done as (
        delete from pending_change where transaction = new.transaction returning news_id
    )
    select array_agg(news_id) into ids from done;
    delete from pending_commit c where transaction = new.transaction returning c.changed_topics into changed_topics;
    select position into strict seen from feed;
    select zone into zone_of_draft from newsroom;
    draft := draft_changes(ids);

    select * into strict head from feed for update;
    -- Another transaction has changed one of these news since, or the newsroom's zone.
    if zone_of_draft is distinct from (select zone from newsroom)
            or exists (select from event where position > seen and news_id = any(ids)) then
        draft := draft_changes(ids);
    end if;
    moment := clock_timestamp();
    insert into event (
        position, type, news_id, previous, occurred_at, slug, revision, published_at, kind, urgency, series_id, topic_ids)
    select head.position + d.number, d.type, d.news_id, d.previous, moment, d.slug, d.revision, d.published_at, d.kind,
        d.urgency, d.series_id, d.topic_ids
    from unnest(draft.events) with ordinality as d (
        position, type, news_id, previous, occurred_at, slug, revision, published_at, kind, urgency, series_id, topic_ids,
        number);
    get diagnostics added = row_count;
    head.version := head.version + 1;
    if changed_topics then
        head.topics_version := head.version;
    end if;
    if added > 0 then
        insert into news_count (topic_id, month, count)
        select * from unnest(draft.topics, draft.months, draft.numbers)
        on conflict (topic_id, month) do update set count = news_count.count + excluded.count;
        -- The bitmap index, in newsrooms that have it.
        if to_regprocedure('index_facets(bigint, bigint)') is not null then
            perform index_facets(head.position + 1, head.position + added);
        end if;
        head.position := head.position + added;
        head.occurred_at := moment;
    end if;
    update feed set version = head.version, position = head.position, occurred_at = head.occurred_at,
        topics_version = head.topics_version;
    perform pg_notify('utrop_feed', standing(head));
    return null;
end
$$;

-- 2. Topics. Editors of topics exclude each other by an advisory lock, not by a lock on the table, which every transaction
-- holds that has added a topic. They wait for such a transaction only where it has added the same name or slug, and not for long.

create function lock_topics() returns void language sql as $$
    select pg_advisory_xact_lock(hashtextextended(current_schema || ' utrop topics', 0))
$$;

-- Returns the id of the topic, or null where another transaction has just taken its name or slug.
create function create_topic(slug text, name text, description text) returns bigint language plpgsql
    set lock_timeout = '500ms' as $$
declare
    created bigint;
begin
    insert into topic (slug, name, description) values (create_topic.slug, create_topic.name, create_topic.description)
    returning id into created;
    return created;
exception when lock_not_available or unique_violation then
    return null;
end
$$;

-- Returns whether the topic has the name now.
create function rename_topic(key bigint, name text) returns boolean language plpgsql
    set lock_timeout = '500ms' as $$
begin
    update topic t set name = rename_topic.name where id = key and t.name <> rename_topic.name;
    return true;
exception when lock_not_available or unique_violation then
    return false;
end
$$;

-- Two topics never differ by invisible characters or blanks alone. Those that do so already may stay.
create function keep_topics_apart() returns trigger language plpgsql as $$
declare
    twin text;
begin
    select name into twin from topic
    where topic_key(name) = topic_key(new.name) and name <> new.name and id <> new.id;
    if found then
        raise exception 'the topic % differs from % by invisible characters or blanks alone', new.name, twin
            using errcode = 'unique_violation';
    end if;
    return new;
end
$$;

-- The table is locked against readers from here to the end of this script, for some milliseconds. Attempts are short,
-- because readers wait behind an attempt.
do $$
begin
    for attempt in 1..1000 loop
        begin
            set local lock_timeout = '200ms';
            lock table topic in access exclusive mode;
            set local lock_timeout = 0;
            return;
        exception when lock_not_available then
            perform pg_sleep(0.3);
        end;
    end loop;
    raise exception 'The table topic is in use by a long transaction, such as an import: start again after its end'
        using errcode = 'lock_not_available';
end
$$;

create trigger keep_topics_apart before insert or update of name on topic
    for each row execute function keep_topics_apart();

-- By an expression, so that the name is no key that a foreign key could refer to: to rename a topic then waits for no
-- transaction that files news under it. https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS
alter table topic drop constraint topic_name_key;
create unique index topic_name on topic ((name || ''));

-- The functions that were replaced lost their owner's rights.
select grant_service();
