-- How much a revision matters to readers: MINOR, MAJOR or CORRECTION. Imports make minor revisions of what a source changed.
-- The column of news is that of the current revision, as its note is.

-- Readers wait from here to the end of this script, for some milliseconds. Attempts are short, because whoever comes later
-- waits behind an attempt.
do $$
begin
    for attempt in 1..1000 loop
        begin
            set local lock_timeout = '200ms';
            lock table news, revision in access exclusive mode;
            set local lock_timeout = 0;
            return;
        exception when lock_not_available then
            perform pg_sleep(0.3);
        end;
    end loop;
    raise exception 'The table news or revision is in use by a long transaction, such as an import: start again after its end'
        using errcode = 'lock_not_available';
end
$$;

-- V20 validates the constraints.
alter table news
    add column significance text not null default 'MAJOR',
    add constraint news_significance check (significance in ('MINOR', 'MAJOR', 'CORRECTION')) not valid;
alter table revision
    add column significance text not null default 'MAJOR',
    add constraint revision_significance check (significance in ('MINOR', 'MAJOR', 'CORRECTION')) not valid;

-- As before. A revision that plain SQL makes by changing the text is major, unless the statement changes the significance too.
create or replace function number_revision() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        new.updated_at := coalesce(new.updated_at, new.published_at);
        return new;
    end if;
    if new.revision = old.revision and (new.title, new.summary, new.body) is distinct from (old.title, old.summary, old.body) then
        new.revision := old.revision + 1;
        new.updated_at := greatest(clock_timestamp(), old.updated_at);
        new.note := nullif(new.note, old.note);
        new.significance := coalesce(nullif(new.significance, old.significance), 'MAJOR');
    end if;
    if new.revision not in (old.revision, old.revision + 1) then
        raise exception 'revision % of news % cannot follow revision %', new.revision, old.id, old.revision
            using errcode = 'check_violation';
    end if;
    return new;
end
$$;

create or replace function record_first_revision() returns trigger language plpgsql as $$
begin
    insert into revision (news_id, number, published_at, title, summary, body, note, significance)
    select id, revision, updated_at, title, summary, body, note, significance from published;
    return null;
end
$$;

create or replace function record_later_revision() returns trigger language plpgsql as $$
begin
    insert into revision (news_id, number, published_at, title, summary, body, note, significance)
    select n.id, n.revision, n.updated_at, n.title, n.summary, n.body, n.note, n.significance
    from revised n join replaced o using (id)
    where n.revision > o.revision;
    return null;
end
$$;

-- Returns the number of the revision that this makes. Without a moment, the time of publication and its precision stay.
create function revise(
    key bigint, content jsonb, remark text, significance text, moment timestamptz default null, exactness text default null)
returns integer language plpgsql as $$
declare
    revised news;
begin
    update news set
        title = content->>'title', summary = content->>'summary', body = content->>'body', url = content->>'url',
        image_url = content#>>'{image,url}', image_alt_text = content#>>'{image,altText}',
        image_width = (content#>>'{image,width}')::integer, image_height = (content#>>'{image,height}')::integer,
        image_credit = content#>>'{image,credit}', urgency = content->>'urgency',
        revision = revision + 1, note = remark, significance = revise.significance,
        published_at = coalesce(moment, published_at),
        published_at_precision = case when moment is null then published_at_precision else coalesce(exactness, 'EXACT') end,
        updated_at = greatest(clock_timestamp(), updated_at, moment)
    where id = key
    returning * into strict revised;
    delete from news_topic where news_id = key;
    perform file(key, content->'topics', revised.published_at);
    delete from figure where news_id = key;
    perform count_figures(key, content->'figures');
    return revised.revision;
end
$$;

-- As nodes of the previous release call it.
create or replace function revise(key bigint, content jsonb, remark text) returns integer language sql as $$
    select revise(key, content, remark, 'MAJOR', null, null)
$$;

-- The functions that were replaced lost their owner's rights.
select grant_service();
