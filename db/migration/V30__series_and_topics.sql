-- The figures of a series are agreed once, topics are merged, and editors read the audit log.

-- 1. What each figure of a series is called and counted in. The first report that states a figure agrees it.

create table series_figure (
    series_id bigint not null,
    name slug not null,
    -- In the order in which they were agreed.
    number bigint generated always as identity,
    label text_line not null,
    unit text_line,
    primary key (series_id, name)
);

-- What the latest reports of before say.
insert into series_figure (series_id, name, label, unit)
select series_id, name, label, unit
from (
    select distinct on (n.series_id, f.name) n.series_id, f.name, f.label, f.unit, f.position
    from news n join figure f on f.news_id = n.id
    where n.series_id is not null
    order by n.series_id, f.name, n.published_at desc, n.id desc
) latest
order by series_id, position, name;

create function agree_figures() returns trigger language plpgsql set enable_seqscan = off set enable_hashjoin = off as $$
begin
    insert into series_figure (series_id, name, label, unit)
    select series_id, name, label, unit
    from (
        select distinct on (n.series_id, p.name) n.series_id, p.name, p.label, p.unit, n.published_at, p.position
        from present p join news n on n.id = p.news_id
        where n.series_id is not null
            and not exists (select from series_figure a where a.series_id = n.series_id and a.name = p.name)
        order by n.series_id, p.name, n.published_at, n.id
    ) added
    order by series_id, published_at, position
    on conflict do nothing;
    return null;
end
$$;

-- As the newsroom agrees them, whatever reports said before.
create function set_figures(series bigint, figures jsonb) returns void language sql as $$
    insert into series_figure (series_id, name, label, unit)
    select series, f->>'name', f->>'label', f->>'unit' from jsonb_array_elements(figures) f
    on conflict (series_id, name) do update set label = excluded.label, unit = excluded.unit;
    -- Answers that were read before are out of date, though no event tells it.
    insert into pending_commit (transaction) values (default) on conflict do nothing;
$$;

-- 2. Topics. The slugs of a topic that was merged lead to the other one, and its id stands in old events for that one.

create table former_topic_slug (
    slug slug primary key,
    -- By which imports and sources go on naming the topic.
    name text not null,
    topic_id bigint not null
);

create table merged_topic (
    id bigint primary key,
    topic_id bigint not null
);

-- All slugs that lead to topics.
create view topic_slug as
    select slug, id from topic
    union all
    select slug, topic_id from former_topic_slug;

-- The topics that these are now, each once.
create function current_topics(ids bigint[]) returns bigint[] language sql stable return case
    when exists (select from merged_topic where id = any(ids)) then array(
        select coalesce(m.topic_id, listed.id)
        from unnest(ids) with ordinality as listed (id, position) left join merged_topic m on m.id = listed.id
        group by 1
        order by min(listed.position))
    else ids
end;

-- As before, with the topics of today.
create or replace function event_document(of_event event) returns tsvector language sql stable
    set enable_seqscan = off set enable_hashjoin = off as $$
    select search_document(
        jsonb_populate_record(n, jsonb_build_object(
            'title', r.title, 'summary', r.summary, 'body', r.body, 'published_at', of_event.published_at,
            'kind', of_event.kind, 'urgency', of_event.urgency, 'series_id', of_event.series_id)),
        current_topics(of_event.topic_ids))
    from revision r join news n on n.id = r.news_id
    where r.news_id = of_event.news_id and r.number = of_event.revision
$$;

-- All slugs by which filters may name these topics.
create function topic_slugs(ids bigint[]) returns text[] language sql stable return array(
    select slug::text from topic_slug where id = any(current_topics(ids)));

-- As before, with the topic in the place of one that was merged into it.
create or replace function file(key bigint, topics jsonb, moment timestamptz) returns void language sql as $$
    insert into news_topic (news_id, position, topic_id, published_at)
    select key, min(listed.position), t.id, moment
    from jsonb_array_elements_text(topics) with ordinality as listed (id, position)
        left join merged_topic m on m.id = listed.id::bigint
        join topic t on t.id = coalesce(m.topic_id, listed.id::bigint)
    group by t.id;
$$;

-- Files the news of one topic under another, and deletes it. The news have no events: the event of the topic that stays tells of
-- the merger. So this transaction takes the place of log_events() in all that follows from events: documents, bitmaps, counts.
create function merge_topics(former bigint, present bigint) returns void language plpgsql
    set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    changed bigint[];
begin
    perform from topic where id in (former, present) order by id for update;
    changed := array(select news_id from news_topic where topic_id = former);
    -- In the order of their keys, as file() locks them.
    perform from news where id = any(changed) order by id for no key update;
    -- Others may have changed them meanwhile.
    changed := array(select news_id from news_topic where topic_id = former);
    delete from news_topic t
    where topic_id = former and exists (select from news_topic o where o.news_id = t.news_id and o.topic_id = present);
    update news_topic set topic_id = present where topic_id = former;
    update news_search
    set document = ts_delete(document, 'topic:' || former) || array_to_tsvector(array['topic:' || present])
    where news_id = any(changed);

    update former_topic_slug set topic_id = present where topic_id = former;
    insert into former_topic_slug (slug, name, topic_id) select slug, name, present from topic where id = former;
    update merged_topic set topic_id = present where topic_id = former;
    insert into merged_topic (id, topic_id) values (former, present);
    delete from topic where id = former;

    delete from pending_change where transaction = pg_current_xact_id() and news_id = any(changed);
    insert into pending_topic (topic_id) values (present) on conflict do nothing;
    insert into pending_commit (changed_topics) values (true) on conflict (transaction) do update set changed_topics = true;

    perform from feed for update;
    insert into news_facet (facet, month, block, bits)
    select 'topic:' || present, month, block, bits from news_facet where facet = 'topic:' || former
    on conflict (facet, month, block) do update set bits = news_facet.bits | excluded.bits;
    delete from news_facet where facet = 'topic:' || former;
    delete from news_count where topic_id in (former, present);
    insert into news_count (topic_id, month, count)
    select present, counted.month, count(*)
    from news_topic t
        cross join lateral (values ('-infinity'::date), (month_of(t.published_at))) as counted (month)
    where t.topic_id = present
        and not exists (select from news n where n.id = t.news_id and n.withdrawn_at is not null)
    group by counted.month;
end
$$;

-- Deletes a topic under which no news are filed. Returns whether it was empty.
create function delete_topic(key bigint) returns boolean language plpgsql as $$
begin
    perform from topic where id = key for update;
    if exists (select from news_topic where topic_id = key) then
        return false;
    end if;
    delete from topic where id = key;
    return true;
end
$$;

-- What follows from events, as before, with the topics of today in the place of those that were merged.
create or replace function draft_changes(ids bigint[]) returns feed_draft language plpgsql
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
            select 1, d.published_at, d.topic_ids
            from unnest(draft.events) d
            where d.type <> 'RETRACTED' and not is_withdrawn(d.news_id, d.revision)
            union all
            select -1, p.published_at, current_topics(p.topic_ids)
            from unnest(draft.events) d join event p on p.position = d.previous
            where p.type <> 'RETRACTED' and not is_withdrawn(p.news_id, p.revision)
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

create or replace function index_facets(first bigint, last bigint) returns void language sql set enable_seqscan = off as $$
    with changed as materialized (
        select e.position, e.news_id, s.month as old_month, s.slot as old_slot, p.kind as old_kind, p.urgency as old_urgency,
            p.series_id as old_series_id, current_topics(p.topic_ids) as old_topic_ids,
            is_withdrawn(p.news_id, p.revision) as old_withdrawn,
            case when e.type <> 'RETRACTED' and m.month < f.until then m.month end as month,
            e.kind, e.urgency, e.series_id, e.topic_ids, is_withdrawn(e.news_id, e.revision) as withdrawn
        from newsroom cross join facet_fill f
            cross join event e
            left join event p on p.position = e.previous
            left join lateral (select * from news_slot where news_id = e.news_id offset 0) s on true
            cross join lateral (values (date_trunc('month', e.published_at at time zone zone)::date)) as m (month)
        where e.position between first and last
    ), arriving as materialized (
        select month, array_agg(position order by position) as positions
        from changed
        where month is not null and month is distinct from old_month
        group by month
    ), placed as materialized (
        select c.news_id, a.month, given.slot, c.kind, c.urgency, c.series_id, c.topic_ids, c.withdrawn
        from arriving a
            cross join lateral unnest(a.positions, free_slots(a.month, cardinality(a.positions))) as given (position, slot)
            cross join lateral (
                select e.news_id, e.kind, e.urgency, e.series_id, e.topic_ids, is_withdrawn(e.news_id, e.revision) as withdrawn
                from event e where e.position = given.position
            ) c
    ), kept as (
        insert into news_slot (news_id, month, slot)
        select news_id, month, slot from placed
        on conflict (news_id) do update set month = excluded.month, slot = excluded.slot
    ), removed as (
        delete from news_slot where news_id = any(array(select news_id from changed where month is null))
    ), flipped as (
        select facet, month, slot
        from (
            select facet, old_month as month, old_slot as slot
            from changed
                cross join lateral facets(old_kind, old_urgency, old_series_id, old_topic_ids, old_withdrawn) facet
            where old_slot is not null
            union all
            select facet, month, old_slot
            from changed cross join lateral facets(kind, urgency, series_id, topic_ids, withdrawn) facet
            where month = old_month
            union all
            select facet, month, slot
            from placed cross join lateral facets(kind, urgency, series_id, topic_ids, withdrawn) facet
        ) as before_and_after
        group by facet, month, slot
        having count(*) = 1
    )
    insert into news_facet (facet, month, block, bits)
    select facet, month, slot / 8192, bit_or(set_bit(0::bit(8192), slot % 8192, 1))
    from flipped
    group by facet, month, slot / 8192
    order by facet, month, slot / 8192
    on conflict (facet, month, block) do update set bits = news_facet.bits # excluded.bits
$$;

-- 3. The audit log, newest first. The service reads it by this function alone.
create function editorial_log(before bigint, most integer, of_news bigint default null) returns setof audit
    language sql stable as $$
    select * from audit
    where id < before and (of_news is null or news_id = of_news)
    order by id desc
    limit most
$$;

do $$
declare
    routine text;
begin
    foreach routine in array array[
        'set_figures(bigint, jsonb)', 'merge_topics(bigint, bigint)', 'delete_topic(bigint)',
        'editorial_log(bigint, integer, bigint)']
    loop
        execute format('alter function %s security definer set search_path = %I, pg_temp', routine, current_schema);
    end loop;
end
$$;

-- Readers wait from here to the end of this script, for some milliseconds. Attempts are short, because whoever comes later
-- waits behind an attempt.
do $$
begin
    for attempt in 1..1000 loop
        begin
            set local lock_timeout = '200ms';
            lock table topic, figure, audit in share row exclusive mode;
            lock table series, audit in access exclusive mode;
            set local lock_timeout = 0;
            return;
        exception when lock_not_available then
            perform pg_sleep(0.3);
        end;
    end loop;
    raise exception 'The table topic, figure or series is in use by a long transaction, such as an import: start again after its end'
        using errcode = 'lock_not_available';
end
$$;

alter table series add column description prose;
alter table audit add column series_id bigint;
alter table series_figure add foreign key (series_id) references series on delete cascade;
alter table former_topic_slug add foreign key (topic_id) references topic on delete cascade;
alter table merged_topic add foreign key (topic_id) references topic on delete cascade;

create trigger agree_figures after insert on figure
    referencing new table as present for each statement execute function agree_figures();

-- A slug that leads to a topic is not given to another.
create function keep_former_slugs() returns trigger language plpgsql as $$
begin
    if exists (select from former_topic_slug where slug = new.slug) then
        raise exception 'the slug % leads to another topic', new.slug using errcode = 'unique_violation';
    end if;
    return new;
end
$$;

create trigger keep_former_slugs before insert or update of slug on topic
    for each row execute function keep_former_slugs();

-- The functions that were replaced lost their owner's rights.
select grant_service();
