-- Until when news items are current: the schedule withdraws them then. The table has no foreign key, so that a news item that was
-- retracted and is restored has its time again.

create table validity (
    news_id bigint primary key,
    valid_until timestamptz not null check (isfinite(valid_until)),
    -- Whether the schedule has withdrawn it at that time.
    done boolean not null default false
);

create index validity_by_time on validity (valid_until, news_id) where not done;

create function set_validity(key bigint, until timestamptz) returns void language plpgsql as $$
begin
    if until is null then
        delete from validity where news_id = key;
    else
        insert into validity as v (news_id, valid_until) values (key, until)
        on conflict (news_id) do update set valid_until = excluded.valid_until, done = false
        where v.valid_until <> excluded.valid_until;
    end if;
end
$$;

-- Withdraws what is no longer current, for half a second at most. Returns what could not be withdrawn, and why.
create function withdraw_expired(moment timestamptz) returns text[] language plpgsql as $$
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
            perform from news where id = expired.news_id for update;
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

-- The service writes the table by these functions alone.
do $$
declare
    routine text;
begin
    foreach routine in array array['set_validity(bigint, timestamptz)', 'withdraw_expired(timestamptz)'] loop
        execute format('alter function %s security definer set search_path = %I, pg_temp', routine, current_schema);
    end loop;
end
$$;

-- As before, with the time until which the news item is current.
create or replace function publish_draft(due draft, moment timestamptz) returns integer language plpgsql as $$
declare
    present integer;
    made integer := 1;
begin
    if due.news_id is null then
        perform publish(due.id, due.slug, due.content, moment);
    else
        select revision into present from news where id = due.news_id for update;
        if not found then
            raise exception 'the news item has been retracted' using errcode = 'no_data_found';
        elsif present <> due.base_revision then
            raise exception 'the news item is at revision % now, and the draft changes revision %', present, due.base_revision
                using errcode = 'check_violation';
        end if;
        made := revise(
            due.news_id, due.content, due.content->>'note', coalesce(due.content->>'significance', 'MAJOR'), null, null);
    end if;
    perform set_validity(coalesce(due.news_id, due.id), (due.content->>'validUntil')::timestamptz);
    delete from draft where id = due.id;
    return made;
end
$$;

-- As before, and withdraws what is no longer current.
create or replace function publish_due(out published integer, out failures text[], out overdue integer, out wait interval)
language plpgsql as $$
declare
    moment timestamptz;
    due draft;
    made integer;
begin
    published := 0;
    failures := '{}';
    if pg_try_advisory_xact_lock(newsroom_lock('schedule')) then
        moment := clock_timestamp();
        for due in
            select * from draft
            where publish_at <= moment and (failed_at is null or failed_at < moment - interval '1 minute')
            order by publish_at, id
            for update
        loop
            begin
                made := publish_draft(due, moment + published * interval '1 microsecond');
                insert into audit (caller, action, news_id, revision)
                values (
                    'schedule', case when due.news_id is null then 'publishNews' else 'reviseNews' end,
                    coalesce(due.news_id, due.id), made);
                published := published + 1;
            exception when others then
                -- What is the matter with the database, not with the item, ends this look at the schedule: the next is soon.
                if left(sqlstate, 2) in ('40', '53', '55', '57', '58') then
                    raise;
                end if;
                update draft set failed_at = clock_timestamp(), failure = sqlerrm where id = due.id;
                failures := failures || format('%s (%s): %s', due.id, coalesce(due.slug, due.news_id::text), sqlerrm);
            end;
            exit when clock_timestamp() > moment + interval '500 milliseconds';
        end loop;
        failures := failures || withdraw_expired(moment);
    end if;
    select count(*) into overdue from draft where failed_at is not null;
    select least(
        (select min(publish_at) from draft where failed_at is null), (
            select valid_until from validity v where not done and exists (select from news where id = v.news_id)
            order by valid_until limit 1)
    ) - clock_timestamp() into wait;
end
$$;

-- The functions that were replaced lost their owner's rights, and the service reads the table.
select grant_service();
