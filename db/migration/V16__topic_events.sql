-- A topic whose name or description changes is an event too, so that clients that keep topics hear of it.

-- Which topics transactions under way have changed; empty to everybody else, so a crash may empty it.
create unlogged table pending_topic (
    transaction xid8 not null default pg_current_xact_id(),
    topic_id bigint not null,
    primary key (transaction, topic_id)
);

create function note_changed_topic() returns trigger language plpgsql as $$
begin
    insert into pending_topic (topic_id)
    select id
    from present join past using (id)
    where (present.slug, present.name, present.description) is distinct from (past.slug, past.name, past.description)
    on conflict do nothing;
    return null;
end
$$;

-- Nodes of the release before can't read an event of a topic. Their listeners are named '… listener', those of nodes that can
-- '… feed listener': while any of the former is connected, a topic changes without an event, as it did before.
create function topics_have_events() returns boolean language sql stable return not exists (
    select from pg_stat_activity
    where datname = current_database()
        and application_name like '% listener' and application_name not like '% feed listener'
);

create or replace function log_events() returns trigger language plpgsql
    set enable_seqscan = off set enable_hashjoin = off as $$
declare
    seen bigint;
    ids bigint[];
    topics bigint[];
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

-- Readers wait from here to the end of this script, for some milliseconds. Attempts are short, because whoever comes later
-- waits behind an attempt. Topics first: a long transaction, such as an import, may hold them.
do $$
begin
    for attempt in 1..1000 loop
        begin
            set local lock_timeout = '200ms';
            lock table topic in share row exclusive mode;
            lock table event in access exclusive mode;
            set local lock_timeout = 0;
            return;
        exception when lock_not_available then
            perform pg_sleep(0.3);
        end;
    end loop;
    raise exception 'The table topic or event is in use by a long transaction, such as an import: start again after its end'
        using errcode = 'lock_not_available';
end
$$;

create trigger note_changed_topic after update on topic
    referencing old table as past new table as present for each statement execute function note_changed_topic();

-- An event is about a news item, or about the topic in topic_ids. No column is added: functions that run meanwhile were made
-- for rows like this. V17 validates the constraints.
alter table event
    alter column news_id drop not null,
    alter column published_at drop not null,
    drop constraint event_type_check,
    drop constraint event_check1,
    drop constraint event_check2,
    add constraint event_type
        check (type in ('PUBLISHED', 'REVISED', 'RETRACTED', 'TOPIC_CHANGED')) not valid,
    add constraint event_subject check (
        (type = 'TOPIC_CHANGED') = (news_id is null) and (news_id is null) = (published_at is null)) not valid,
    add constraint event_content check (
        num_nonnulls(revision, kind, urgency) = case when type in ('PUBLISHED', 'REVISED') then 3 else 0 end
        and case type
            when 'RETRACTED' then topic_ids is null
            when 'TOPIC_CHANGED' then topic_ids is not null and cardinality(topic_ids) = 1
            else topic_ids is not null
        end) not valid;
