-- The newsroom's own synonyms: who searches for a word finds its synonyms too. A change to them changes answers, like one to a
-- series. Words are kept in lower case, as searches compare them.
create table search_synonym (
    word text primary key check (word = lower(word) and word <> '' and length(word) <= 100),
    synonyms text[] not null check (cardinality(synonyms) between 1 and 10),
    -- Whether who searches for a synonym finds the word and the other synonyms.
    two_way boolean not null default true
);

create trigger note_change after insert or update or delete or truncate on search_synonym
    for each statement execute function note_change();

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
    grant insert, update, delete on news, news_topic, figure, topic, series, scheduled_news, idempotent_call,
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

-- The document of a news item as it read after an event: null where its text is gone, as it is after a retraction.
create function event_document(of_event event) returns tsvector language sql stable
    set enable_seqscan = off set enable_hashjoin = off as $$
    select search_document(
        jsonb_populate_record(n, jsonb_build_object(
            'title', r.title, 'summary', r.summary, 'body', r.body, 'published_at', of_event.published_at,
            'kind', of_event.kind, 'urgency', of_event.urgency, 'series_id', of_event.series_id)),
        of_event.topic_ids)
    from revision r join news n on n.id = r.news_id
    where r.news_id = of_event.news_id and r.number = of_event.revision
$$;

-- Editors wait from here to the end of this script, for some milliseconds. Attempts are short, because whoever comes later
-- waits behind an attempt.
do $$
begin
    for attempt in 1..1000 loop
        begin
            set local lock_timeout = '200ms';
            lock table news, pending_commit in share row exclusive mode;
            set local lock_timeout = 0;
            return;
        exception when lock_not_available then
            perform pg_sleep(0.3);
        end;
    end loop;
    raise exception 'The table news or pending_commit is in use by a long transaction, such as an import: start again after its end'
        using errcode = 'lock_not_available';
end
$$;

-- What titles begin with: suggestions complete it, byte by byte, whatever the database's collation.
create table title_beginning (
    news_id bigint primary key references news on delete cascade,
    text text collate "C" not null,
    published_at timestamptz not null
);

create index title_beginning_text on title_beginning (text) include (news_id, published_at);

create function note_titles(ids bigint[]) returns void language sql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
    insert into title_beginning as known (news_id, text, published_at)
    select n.id, lower(left(n.title, 40) collate "sv-SE-x-icu"), n.published_at
    from unnest(ids) as changed (id) join news n using (id)
    on conflict (news_id) do update set text = excluded.text, published_at = excluded.published_at
    where (known.text, known.published_at) <> (excluded.text, excluded.published_at)
$$;

-- At the commit, in front of the trigger that then takes the log (triggers of one row go by name).
create function index_titles() returns trigger language plpgsql as $$
begin
    perform note_titles(array(select news_id from pending_change where transaction = new.transaction));
    return null;
end
$$;

create constraint trigger index_titles after insert on pending_commit
    deferrable initially deferred for each row execute function index_titles();

select grant_service();
