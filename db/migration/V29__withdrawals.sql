-- What editors take back. A withdrawn news item can still be read, but is in no list that doesn't ask for it. A retracted one
-- can be read no more; its text is kept for a while, so that an editor can restore it.

-- From which revision to which a news item was withdrawn. It stays when the news item is retracted: the counts need it.
create table withdrawal (
    news_id bigint not null,
    since_revision integer not null,
    -- The revision by which it was put back; null while it is withdrawn.
    until_revision integer,
    withdrawn_at timestamptz not null,
    reason prose,
    primary key (news_id, since_revision)
);

-- A retracted news item with its record, as JSON of the rows.
create table retracted_news (
    news_id bigint primary key,
    retracted_at timestamptz not null default clock_timestamp(),
    kept jsonb not null
);

create index retracted_news_by_time on retracted_news (retracted_at);

-- Whether a news item was withdrawn at this revision, which is that of an event.
create function is_withdrawn(key bigint, number integer) returns boolean language sql stable return exists (
    select from withdrawal
    where news_id = key and since_revision <= number and (until_revision is null or until_revision > number)
);

-- A withdrawal is a revision, so that it is on record, and an editor who doesn't know of it gets a conflict. Returns its number.
create function withdraw(key bigint, remark text) returns integer language plpgsql as $$
declare
    moment constant timestamptz := clock_timestamp();
    number integer;
begin
    update news set
        withdrawn_at = moment, revision = revision + 1, note = remark, significance = 'MAJOR',
        updated_at = greatest(moment, updated_at)
    where id = key and withdrawn_at is null
    returning revision into number;
    if number is not null then
        insert into withdrawal (news_id, since_revision, withdrawn_at, reason) values (key, number, moment, remark);
    end if;
    return number;
end
$$;

-- Takes a withdrawal back. Returns the number of the revision that this makes; null if the news item wasn't withdrawn.
create function put_back(key bigint, remark text) returns integer language plpgsql as $$
declare
    number integer;
begin
    update news set
        withdrawn_at = null, revision = revision + 1, note = remark, significance = 'MAJOR',
        updated_at = greatest(clock_timestamp(), updated_at)
    where id = key and withdrawn_at is not null
    returning revision into number;
    if number is not null then
        update withdrawal set until_revision = number where news_id = key and until_revision is null;
    end if;
    return number;
end
$$;

-- Keeps what restore_news() needs. To be called before the news are deleted.
create function keep_retracted(ids bigint[]) returns void language sql as $$
    insert into retracted_news (news_id, kept)
    select n.id, jsonb_build_object(
        'news', to_jsonb(n), 'content', content(n),
        'revisions', (select jsonb_agg(to_jsonb(r)) from revision r where r.news_id = n.id),
        'details', (select coalesce(jsonb_agg(to_jsonb(d)), '[]') from revision_details d where d.news_id = n.id),
        'withdrawals', (select coalesce(jsonb_agg(to_jsonb(w)), '[]') from withdrawal w where w.news_id = n.id))
    from news n
    where n.id = any(ids)
    on conflict (news_id) do update set retracted_at = excluded.retracted_at, kept = excluded.kept
$$;

-- Publishes a retracted news item again, with its id, slug and record. A remark makes a revision, and so does the return of an
-- imported item. Returns the number of the
-- revision; null where nothing is kept.
create function restore_news(key bigint, remark text) returns integer language plpgsql as $$
declare
    former jsonb;
    restored news;
begin
    delete from retracted_news where news_id = key returning kept into former;
    if former is null then
        return null;
    end if;
    restored := jsonb_populate_record(null::news, former->'news');
    restored.topic_ids := '{}';
    insert into news overriding system value values (restored.*);
    perform file(key, former#>'{content,topics}', restored.published_at);
    perform count_figures(key, former#>'{content,figures}');
    insert into revision select * from jsonb_populate_recordset(null::revision, former->'revisions') on conflict do nothing;
    insert into revision_details select * from jsonb_populate_recordset(null::revision_details, former->'details')
    on conflict do nothing;
    update withdrawal w set reason = k.reason
    from jsonb_populate_recordset(null::withdrawal, former->'withdrawals') k
    where w.news_id = k.news_id and w.since_revision = k.since_revision;
    delete from retraction where news_id = key;
    -- A source that says again that its item is deleted must see that an editor has decided otherwise.
    if remark is not null or exists (select from imported_item where news_id = key) then
        update news set
            revision = revision + 1, note = remark, significance = 'MAJOR',
            updated_at = greatest(clock_timestamp(), updated_at)
        where id = key
        returning * into restored;
    end if;
    return restored.revision;
end
$$;

-- Deletes the texts of what was retracted so long ago, some at a time. Returns how many.
create function purge_retracted(age interval) returns integer language plpgsql as $$
declare
    purged integer;
begin
    delete from retracted_news where news_id in (
        select news_id from retracted_news where retracted_at < clock_timestamp() - age
        order by retracted_at
        limit 1000
        for update skip locked);
    get diagnostics purged = row_count;
    return purged;
end
$$;

-- The service calls these functions. It has no rights on the tables, nor on those that triggers write.
do $$
declare
    routine text;
begin
    foreach routine in array array[
        'withdraw(bigint, text)', 'put_back(bigint, text)', 'keep_retracted(bigint[])', 'restore_news(bigint, text)',
        'purge_retracted(interval)']
    loop
        execute format('alter function %s security definer set search_path = %I, pg_temp', routine, current_schema);
    end loop;
end
$$;

-- The triggers that keep slugs and imported items, as before, but a news item may come back.
create or replace function keep_slugs_of_retracted() returns trigger language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    taken text;
begin
    select p.slug into taken
    from present p
        cross join lateral (select from retraction r where r.slug = p.slug and r.news_id <> p.id offset 0) gone
    limit 1;
    if found then
        raise exception 'the slug % is that of a retracted news item', taken using errcode = 'unique_violation';
    end if;
    insert into taken_slug (slug, news_id)
    select p.slug, p.id
    from present p
    where not exists (select from taken_slug t where t.slug = p.slug and t.news_id = p.id)
    order by p.slug collate "C"
    on conflict (slug) do update set news_id = excluded.news_id where taken_slug.news_id is null;
    -- By one look into the index for each row, whatever the statistics say of a table that was empty a moment ago.
    select p.slug into taken
    from present p
        cross join lateral (select from taken_slug t where t.slug = p.slug and t.news_id <> p.id offset 0) other
    limit 1;
    if found then
        raise exception 'the slug % is that of another news item', taken using errcode = 'unique_violation';
    end if;
    return null;
end
$$;

create or replace function free_slug_of_forgotten() returns trigger language plpgsql set enable_seqscan = off as $$
begin
    if not exists (select from news where id = old.news_id) then
        delete from taken_slug where slug = old.slug and news_id = old.news_id;
        delete from retracted_news where news_id = old.news_id;
    end if;
    return null;
end
$$;

create or replace function forget_imported_item() returns trigger language plpgsql set enable_seqscan = off as $$
begin
    if not exists (select from news where id = old.news_id) then
        delete from imported_item where news_id = old.news_id;
    end if;
    return null;
end
$$;

-- As before. The reason of a withdrawal is a text of the news item too.
create or replace function keep_retraction() returns trigger language plpgsql as $$
begin
    insert into retraction (news_id, slug, published_at, updated_at, import_key)
    select id, slug, published_at, updated_at, import_key from past
    on conflict do nothing;
    update withdrawal set reason = null where reason is not null and news_id in (select id from past);
    return null;
end
$$;

-- The counts, as before, without what is withdrawn.
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
            select -1, p.published_at, p.topic_ids
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

-- The bitmap index, as before, with a bitmap of what is withdrawn: counts leave it out.
create function facets(kind text, urgency text, series_id bigint, topic_ids bigint[], withdrawn boolean) returns setof text
    language sql immutable as $$
    select facet from facets(kind, urgency, series_id, topic_ids) facet
    union all select 'withdrawn' where withdrawn
$$;

create or replace function index_facets(first bigint, last bigint) returns void language sql set enable_seqscan = off as $$
    with changed as materialized (
        select e.position, e.news_id, s.month as old_month, s.slot as old_slot, p.kind as old_kind, p.urgency as old_urgency,
            p.series_id as old_series_id, p.topic_ids as old_topic_ids,
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

-- A document of the search says whether its news item is withdrawn, as it says what else filters ask for.
create function mark_withdrawn() returns trigger language plpgsql as $$
begin
    if exists (select from news where id = new.news_id and withdrawn_at is not null) then
        new.document := new.document || array_to_tsvector(array['state:withdrawn']);
    end if;
    return new;
end
$$;

-- Readers wait from here to the end of this script, for some milliseconds. Attempts are short, because whoever comes later
-- waits behind an attempt.
do $$
begin
    for attempt in 1..1000 loop
        begin
            set local lock_timeout = '200ms';
            lock table news in access exclusive mode;
            lock table news_search in share row exclusive mode;
            set local lock_timeout = 0;
            return;
        exception when lock_not_available then
            perform pg_sleep(0.3);
        end;
    end loop;
    raise exception 'The table news or news_search is in use by a long transaction, such as an import: start again after its end'
        using errcode = 'lock_not_available';
end
$$;

alter table news add column withdrawn_at timestamptz;

create trigger mark_withdrawn before insert or update on news_search for each row execute function mark_withdrawn();

-- These two read the new column.
create or replace function fill_facets(of_month date) returns void language sql as $$
    with placed as materialized (
        select id, kind, urgency, series_id, topic_ids, withdrawn_at is not null as withdrawn,
            (row_number() over (order by published_at, id) - 1)::integer as slot
        from news
        where published_at >= start_of_month(of_month)
            and published_at < start_of_month((of_month + interval '1 month')::date)
    ), slots as (
        insert into news_slot (news_id, month, slot) select id, of_month, slot from placed
    )
    insert into news_facet (facet, month, block, bits)
    select facet, of_month, slot / 8192, bit_or(set_bit(0::bit(8192), slot % 8192, 1))
    from placed cross join lateral facets(kind, urgency, series_id, topic_ids, withdrawn) facet
    group by facet, slot / 8192
$$;

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
        select 0 as topic_id, published_at from news where withdrawn_at is null
        union all
        select topic_id, published_at
        from news_topic
        where not exists (select from news where id = news_id and withdrawn_at is not null)
    ) as filed cross join lateral (values ('-infinity'::date), (month_of(published_at))) as counted (month)
    group by topic_id, month;
    delete from news_slot;
    delete from news_facet;
    update facet_fill set until = '-infinity';
    while fill_next_month() loop
    end loop;
end
$$;

-- The functions that were replaced lost their owner's rights.
select grant_service();
