-- Drafts. A scheduled item is a draft with a time, so both are rows of one table: scheduled_news is renamed to draft. Under its
-- old name it is a view of the drafts that have a time, which nodes of the previous release and imports go on writing.
-- https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS

-- The table is locked from here to the end of this script, for some milliseconds. Attempts are short, because whoever publishes
-- waits behind an attempt.
do $$
begin
    for attempt in 1..1000 loop
        begin
            set local lock_timeout = '200ms';
            lock table scheduled_news in access exclusive mode;
            set local lock_timeout = 0;
            return;
        exception when lock_not_available then
            perform pg_sleep(0.3);
        end;
    end loop;
    raise exception 'The table scheduled_news is in use by a long transaction, such as an import: start again after its end'
        using errcode = 'lock_not_available';
end
$$;

alter table scheduled_news rename to draft;

-- V32 validates the constraints.
alter table draft
    -- The slug that is reserved for the item while it is scheduled.
    alter column slug drop not null,
    alter column publish_at drop not null,
    -- What the database publishes: complete and checked. Null while the draft is only written.
    alter column content drop not null,
    -- The published item that the draft changes, and the revision that the change was made to. Null for a new item, whose id is
    -- that of the draft.
    add column news_id bigint,
    add column base_revision integer,
    -- Counts the times that the text was saved: the optimistic lock.
    add column version integer not null default 1,
    -- What editors wrote, whether it can be published or not: topics and series by their slugs. Null where only content was
    -- given, as imports do.
    add column written jsonb,
    -- Everybody who has saved it.
    add column authors text[] not null default '{}',
    add column saved_at timestamptz not null default now(),
    add column review_requested_by text,
    add column review_requested_at timestamptz,
    -- Of this version: whoever saves the draft takes the approval away.
    add column approved_by text,
    add column approved_at timestamptz,
    add constraint draft_has_text check (written is not null or content is not null) not valid,
    add constraint draft_is_scheduled_complete check (publish_at is null or content is not null) not valid,
    add constraint draft_changes_revision check ((news_id is null) = (base_revision is null)) not valid;

alter table draft alter column saved_at set default clock_timestamp();

-- The table holds the schedule alone until now: it is small.
create index draft_by_saved on draft (saved_at desc, id desc);
create index draft_by_news on draft (news_id) where news_id is not null;

create view scheduled_news as
    select id, slug, publish_at, content, scheduled_at, failed_at, failure from draft where publish_at is not null;

drop trigger reserve_slug on draft;
create trigger reserve_slug before insert or update of slug on draft
    for each row when (new.slug is not null) execute function reserve_slug();

create trigger free_slug_of_unscheduled after update of slug on draft
    for each row when (old.slug is distinct from new.slug) execute function free_slug_of_cancelled();

-- A statement that replaces the content of a scheduled item, and doesn't know of drafts, replaces what was written.
create function forget_written() returns trigger language plpgsql as $$
begin
    new.written := null;
    new.version := old.version + 1;
    return new;
end
$$;

create trigger forget_written before update of content on draft
    for each row when (old.publish_at is not null and new.publish_at is not null and old.content is distinct from new.content
        and old.version = new.version)
    execute function forget_written();

-- The text of a published or scheduled item as an editor would write it: topics and series by their slugs.
create function as_written(content jsonb) returns jsonb language sql stable return
    content || jsonb_build_object(
        'topics', (
            select coalesce(jsonb_agg(t.slug order by listed.position), '[]')
            from jsonb_array_elements_text(content->'topics') with ordinality as listed (id, position)
                left join merged_topic m on m.id = listed.id::bigint
                join topic t on t.id = coalesce(m.topic_id, listed.id::bigint)),
        'series', (select slug from series where id = (content->>'series')::bigint));

-- Publishes a draft, whose content is complete, and deletes it. Returns the number of the revision that this makes.
create function publish_draft(due draft, moment timestamptz) returns integer language plpgsql as $$
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
    delete from draft where id = due.id;
    return made;
end
$$;

-- As before, for changes to published items too.
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
    end if;
    select count(*) into overdue from draft where failed_at is not null;
    select min(publish_at) - clock_timestamp() into wait from draft where failed_at is null;
end
$$;

drop function publish_one(draft, timestamptz);

-- As before, with drafts.
create or replace function grant_service() returns void language plpgsql as $$
declare
    home text := current_schema;
    routine regprocedure;
begin
    if current_user = 'utrop_service' or not exists (select from pg_roles where rolname = 'utrop_service')
            or not pg_has_role((select relowner from pg_class where oid = 'news'::regclass), 'usage') then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtextextended('utrop grants', 0));
    execute format('grant usage on schema %I to utrop_service', home);
    execute format('revoke all on all tables in schema %I from utrop_service', home);
    execute format('grant select on all tables in schema %I to utrop_service', home);
    execute format('grant usage on all sequences in schema %I to utrop_service', home);
    grant insert, update, delete on news, news_topic, figure, topic, series, draft, scheduled_news, idempotent_call,
        imported_item, import_key, search_synonym to utrop_service;
    grant update (reason) on retraction to utrop_service;
    grant insert on import to utrop_service;
    grant insert, update, delete on source, source_subscription to utrop_service;
    revoke select on audit from utrop_service;
    grant insert on audit to utrop_service;
    -- The log of events, the record of revisions and whatever else follows from a change is written by triggers, as their
    -- owner: so the service can't write it otherwise.
    for routine in
        select oid from pg_proc
        where pronamespace = home::regnamespace and prorettype = 'trigger'::regtype and not prosecdef
    loop
        execute format('alter function %s security definer set search_path = %I, pg_temp', routine, home);
    end loop;
end
$$;

-- The functions that were replaced lost their owner's rights.
select grant_service();
