-- 1. The counts and bitmaps of a deleted topic are deleted with it. They stayed, and those of topics that had been merged into it
-- were wrong: a transaction that deletes news and then their topic no longer knows at its end what was merged.
create function note_deleted_topics() returns trigger language plpgsql as $$
begin
    if tg_op = 'TRUNCATE' then
        insert into pending_topic (topic_id) select id from topic union select id from merged_topic on conflict do nothing;
        return null;
    end if;
    insert into pending_topic (topic_id)
    select old.id union select id from merged_topic where topic_id = old.id
    on conflict do nothing;
    return old;
end
$$;

-- As before, and the counts and bitmaps of deleted topics are deleted last.
create or replace function log_events() returns trigger language plpgsql
    set enable_seqscan = off set enable_hashjoin = off as $$
declare
    seen bigint;
    ids bigint[];
    topics bigint[];
    deleted_topics bigint[];
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
    with done as (
        delete from pending_topic where transaction = new.transaction returning topic_id
    )
    select coalesce(array_agg(topic_id), '{}') into topics from done;
    deleted_topics := array(select id from unnest(topics) as changed (id) where id not in (select t.id from topic t));
    if cardinality(topics) > 0 and not topics_have_events() then
        topics := '{}';
    end if;
    topics := array(select id from topic where id = any(topics) order by id);
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
    insert into event (position, type, topic_ids, occurred_at, slug)
    select head.position + changed.number, 'TOPIC_CHANGED', array[t.id], moment, t.slug
    from unnest(topics) with ordinality as changed (topic_id, number) join topic t on t.id = changed.topic_id;
    insert into event (
        position, type, news_id, previous, occurred_at, slug, revision, published_at, kind, urgency, series_id, topic_ids)
    select head.position + cardinality(topics) + d.number, d.type, d.news_id, d.previous, moment, d.slug, d.revision,
        d.published_at, d.kind, d.urgency, d.series_id, d.topic_ids
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
            perform index_facets(
                head.position + cardinality(topics) + 1, head.position + cardinality(topics) + added);
        end if;
    end if;
    if cardinality(deleted_topics) > 0 then
        delete from news_count where topic_id = any(deleted_topics);
        delete from news_facet where facet = any(array(select 'topic:' || id from unnest(deleted_topics) id));
    end if;
    added := added + cardinality(topics);
    if added > 0 then
        head.position := head.position + added;
        head.occurred_at := moment;
    end if;
    update feed set version = head.version, position = head.position, occurred_at = head.occurred_at,
        topics_version = head.topics_version;
    perform pg_notify('utrop_feed', standing(head));
    return null;
end
$$;

-- 2. The schedule doesn't wait for a news item that somebody has locked: the next look at the schedule is soon.
create or replace function withdraw_expired(moment timestamptz) returns text[] language plpgsql as $$
declare
    expired validity;
    failures text[] := '{}';
    made integer;
begin
    for expired in
        select * from validity v
        where not done and valid_until <= moment and exists (select from news where id = v.news_id)
        order by valid_until, news_id
        limit 1000
    loop
        begin
            -- The news item first, as editors lock it.
            perform from news where id = expired.news_id for update skip locked;
            continue when not found;
            update validity set done = true where news_id = expired.news_id and not done and valid_until <= moment;
            continue when not found;
            made := withdraw(expired.news_id, null);
            if made is not null then
                insert into audit (caller, action, news_id, revision)
                values ('schedule', 'withdrawNews', expired.news_id, made);
            end if;
        exception when others then
            -- What is the matter with the database, not with the item, ends this look at the schedule: the next is soon.
            if left(sqlstate, 2) in ('40', '53', '55', '57', '58') then
                raise;
            end if;
            failures := failures || format('%s is still current: %s', expired.news_id, sqlerrm);
        end;
        exit when clock_timestamp() > moment + interval '500 milliseconds';
    end loop;
    return failures;
end
$$;

do $$
begin
    execute format(
        'alter function withdraw_expired(timestamptz) security definer set search_path = %I, pg_temp', current_schema);
end
$$;

-- Editors and imports wait from here to the end of this script, for some milliseconds. Attempts are short, because whoever comes
-- later waits behind an attempt.
do $$
begin
    for attempt in 1..1000 loop
        begin
            set local lock_timeout = '200ms';
            lock table topic in share row exclusive mode;
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

create trigger note_deleted_topics before delete on topic for each row execute function note_deleted_topics();
create trigger note_truncated_topics before truncate on topic for each statement execute function note_deleted_topics();

-- What stayed so far.
select position from feed for update;
delete from news_count c where topic_id <> 0 and not exists (select from topic where id = c.topic_id);
delete from news_facet f
where facet between 'topic:' and 'topic:~' and not exists (select from topic where 'topic:' || id = f.facet);

-- The functions that were replaced lost their owner's rights.
select grant_service();
