-- The feeds that the newsroom follows: how far each has been read. What to follow is in the settings of the nodes.

create table source (
    name text primary key,
    -- A digest of the settings that the rest belongs to. Nodes with other settings leave the source alone.
    settings text not null,
    due_at timestamptz not null default clock_timestamp(),
    -- Whether somebody has announced new content since the latest fetch began.
    announced boolean not null default false,
    -- A lease: the node that holds it is the only one that fetches and stores.
    lease uuid,
    leased_until timestamptz,
    -- What the next request is made of.
    moved_to text,
    etag text,
    last_modified text,
    content_digest text,
    ttl_seconds integer not null default 0,
    -- Where the feed says that changes are announced, and under which name.
    hub text,
    topic text,
    succeeded_at timestamptz,
    failed_at timestamptz,
    failures integer not null default 0,
    last_error text,
    check ((lease is null) = (leased_until is null)),
    check ((hub is null) = (topic is null))
);

-- https://www.w3.org/TR/websub/
create table source_subscription (
    source text primary key references source on delete cascade,
    hub text not null,
    topic text not null,
    -- The last part of the callback's address, which nobody can guess.
    callback text not null unique,
    secret text not null,
    -- When to ask the hub again.
    renew_at timestamptz not null,
    confirmed_until timestamptz,
    last_error text
);

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
        imported_item, import_key to utrop_service;
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
