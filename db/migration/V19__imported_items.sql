-- What an import remembers of each item, to recognise it when it comes again, and to tell what its source has changed.

create table imported_item (
    -- In news, scheduled_news or retraction.
    news_id bigint primary key,
    -- The named source that the item belongs to. Null: it came in a file.
    source text,
    -- A digest of the texts and topics that the source gave last.
    digest text not null,
    -- The times that the source stated last.
    published_at timestamptz,
    updated_at timestamptz,
    -- The revision that the import made last: a later one is an editor's.
    revision integer not null default 1 check (revision > 0)
);

-- One item has several keys: by its id, by its address and title, by its address and time.
create table import_key (
    key text collate "C" primary key check (length(key) <= 2000),
    news_id bigint not null references imported_item on delete cascade
);

create index import_key_by_news on import_key (news_id);

-- As before, and with the key of an imported item that was scheduled.
create or replace function publish(key bigint, slug text, content jsonb, moment timestamptz) returns void language plpgsql as $$
begin
    insert into news (
        id, slug, title, summary, body, url, image_url, image_alt_text, image_width, image_height, image_credit, kind,
        urgency, published_at, series_id, import_key)
    overriding system value
    values (
        key, publish.slug, content->>'title', content->>'summary', content->>'body', content->>'url',
        content#>>'{image,url}', content#>>'{image,altText}', (content#>>'{image,width}')::integer,
        (content#>>'{image,height}')::integer, content#>>'{image,credit}', content->>'kind', content->>'urgency',
        moment, (content->>'series')::bigint, content->>'importKey');
    perform file(key, content->'topics', moment);
    perform count_figures(key, content->'figures');
end
$$;

-- Whoever deletes the tombstone of a retracted item lets its source bring it again.
create function forget_imported_item() returns trigger language plpgsql set enable_seqscan = off as $$
begin
    delete from imported_item where news_id = old.news_id;
    return null;
end
$$;

create trigger forget_imported_item after delete on retraction
    for each row execute function forget_imported_item();

-- As before, with the tables of imports.
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

select grant_service();
