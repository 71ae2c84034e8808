-- A bitmap index of published news: for each topic, series, kind and urgency, and for all news, one bit per news item.
-- Any filter is counted by combining bitmaps with AND, OR and NOT and counting bits, month by month. A million news have
-- 125 kB per facet, so a count takes milliseconds whatever it asks for, where it read every news item before.
--
-- A bitmap covers one month of the newsroom's zone, in blocks of 8192 news, so a month needs one block more than it has
-- news divided by 8192, at most. Within its month a news item has a slot, which is given to another when it leaves.
--
-- log_events maintains the index at commit, while it holds the row of feed, so writers never meet in it. This script only
-- adds tables and functions: it takes no lock that anybody waits for. V12 fills the index with what was published before.

create table news_slot (
    news_id bigint primary key,
    month date not null,
    slot integer not null check (slot >= 0),
    unique (month, slot)
);

create table news_facet (
    -- all, kind:ARTICLE, urgency:ROUTINE, topic:<id> or series:<id>.
    facet text collate "C" not null,
    -- By its first day.
    month date not null,
    -- Holds the slots from block * 8192.
    block integer not null,
    bits bit(8192) not null,
    primary key (facet, month, block)
) with (fillfactor = 70);

-- The months before this day are in the index. It is infinity from the end of V12 on.
create table facet_fill (
    single boolean primary key default true check (single),
    until date not null
);

insert into facet_fill (until) values ('-infinity');

-- When a month begins in the newsroom's zone: the earlier instant, where clocks go through its first midnight twice.
create function start_of_month(month date) returns timestamptz language sql stable return (
    select min(midnight)
    from newsroom
        cross join lateral (values (month::timestamp at time zone zone)) as late (candidate)
        cross join lateral (values (candidate), (candidate - interval '1 hour')) as either (midnight)
    where midnight at time zone zone >= month::timestamp
);

-- The first month that lies wholly behind this instant.
create function first_whole_month(since timestamptz) returns date language sql stable return
    (month_of(since - interval '1 microsecond') + interval '1 month')::date;

-- What a span of time has beside whole months: part of the month it begins in, and part of the month it ends in.
create function partial_months(since timestamptz, until timestamptz)
    returns table (month date, part_since timestamptz, part_until timestamptz)
    language sql stable rows 2 as $$
    select part.*
    from (values (first_whole_month(since), month_of(until))) as whole (first, behind)
        cross join lateral (values
            ((first - interval '1 month')::date, since, least(start_of_month(first), until)),
            (behind, greatest(start_of_month(behind), start_of_month(first)), until)) as part (month, since, until)
    where part.since < part.until
$$;

create function facets(kind text, urgency text, series_id bigint, topic_ids bigint[]) returns setof text
    language sql immutable as $$
    select 'all'
    union all select 'kind:' || kind
    union all select 'urgency:' || urgency
    union all select 'series:' || series_id where series_id is not null
    union all select 'topic:' || topic_id from unnest(topic_ids) topic_id
$$;

-- Slots of a month that no news item has.
create function free_slots(of_month date, wanted integer) returns integer[] language sql stable return array(
    select slot
    from (
        select block * 8192 + bit
        from news_facet cross join generate_series(0, 8191) bit
        where facet = 'all' and month = of_month and bit_count(bits) < 8192 and get_bit(bits, bit) = 0
        union all
        select 8192 * (
                select 1 + coalesce(max(block), -1) from news_facet where facet = 'all' and month = of_month
            ) + number
        from generate_series(0, wanted - 1) number
    ) as free (slot)
    limit wanted
);

-- Brings the index up to these events: flips the bits that differ between what each news item was before and what it is
-- now. It joins no two of its own steps, which the planner might do row by row while it thinks that there are few.
create function index_facets(first bigint, last bigint) returns void language sql set enable_seqscan = off as $$
    with changed as materialized (
        select e.position, e.news_id, s.month as old_month, s.slot as old_slot, p.kind as old_kind, p.urgency as old_urgency,
            p.series_id as old_series_id, p.topic_ids as old_topic_ids,
            case when e.type <> 'RETRACTED' and m.month < f.until then m.month end as month,
            e.kind, e.urgency, e.series_id, e.topic_ids
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
        select e.news_id, a.month, given.slot, e.kind, e.urgency, e.series_id, e.topic_ids
        from arriving a
            cross join lateral unnest(positions, free_slots(a.month, cardinality(positions))) as given (position, slot)
            join event e on e.position = given.position
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
            from changed cross join lateral facets(old_kind, old_urgency, old_series_id, old_topic_ids) facet
            where old_slot is not null
            union all
            select facet, month, old_slot
            from changed cross join lateral facets(kind, urgency, series_id, topic_ids) facet
            where month = old_month
            union all
            select facet, month, slot
            from placed cross join lateral facets(kind, urgency, series_id, topic_ids) facet
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

-- Indexes the news of a month that is not in the index.
create function fill_facets(of_month date) returns void language sql as $$
    with placed as materialized (
        select id, kind, urgency, series_id, topic_ids, (row_number() over (order by published_at, id) - 1)::integer as slot
        from news
        where published_at >= start_of_month(of_month)
            and published_at < start_of_month((of_month + interval '1 month')::date)
    ), slots as (
        insert into news_slot (news_id, month, slot) select id, of_month, slot from placed
    )
    insert into news_facet (facet, month, block, bits)
    select facet, of_month, slot / 8192, bit_or(set_bit(0::bit(8192), slot % 8192, 1))
    from placed cross join lateral facets(kind, urgency, series_id, topic_ids) facet
    group by facet, slot / 8192
$$;

-- Indexes the next month and tells whether there was one. The caller holds the row of feed.
create function fill_next_month() returns boolean language plpgsql as $$
declare
    upcoming date;
begin
    select min(c.month) into upcoming
    from news_count c cross join facet_fill f
    where c.topic_id = 0 and c.month > '-infinity' and c.month >= f.until and c.count > 0;
    if upcoming is not null then
        perform fill_facets(upcoming);
    end if;
    update facet_fill set until = coalesce((upcoming + interval '1 month')::date, 'infinity');
    return upcoming is not null;
end
$$;

-- One transaction a month: whoever publishes waits for one month at most.
create procedure fill_months() language plpgsql as $$
declare
    more boolean := true;
begin
    while more loop
        perform from feed for update;
        more := fill_next_month();
        commit;
    end loop;
end
$$;

-- As before, and the index of facets with it.
create or replace function count_events(first bigint, last bigint) returns void language sql as $$
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
    on conflict (topic_id, month) do update set count = news_count.count + excluded.count;

    select index_facets(first, last)
$$;

-- As before, and the index of facets with it.
create or replace function use_zone(name text) returns void language plpgsql as $$
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
    delete from news_slot;
    delete from news_facet;
    update facet_fill set until = '-infinity';
    while fill_next_month() loop
    end loop;
end
$$;
