-- The feed: every change to published news, whoever makes it, is an event in one log, written in the same transaction.
--
-- Statements note which news they change. At the commit, not before, the transaction takes the one row of feed, which it
-- keeps until it is done, and adds its events behind those that are there. So positions are dense, in the order of
-- commit, and given back by a rollback: whoever sees one sees all before it. A transaction that stays open after its
-- changes keeps nobody out, for it takes the row only at its end.

create table feed (
    single boolean primary key default true check (single),
    -- Counts the commits that changed anything that an answer may show: whoever knows it knows whether an answer of before
    -- still holds.
    version bigint not null default 0,
    -- Of the latest event; 0 before the first.
    position bigint not null check (position >= 0),
    occurred_at timestamptz not null
);

insert into feed (position, occurred_at) values (0, 'epoch');

-- Beside what happened, what a filter needs to know of the news item afterwards; before, its previous event tells.
create table event (
    position bigint primary key,
    type text not null check (type in ('PUBLISHED', 'REVISED', 'RETRACTED')),
    news_id bigint not null,
    previous bigint references event check (previous < position),
    occurred_at timestamptz not null,
    slug slug not null,
    revision integer,
    published_at timestamptz not null,
    kind text,
    urgency text,
    series_id bigint,
    topic_ids bigint[],
    check ((type = 'RETRACTED') = (num_nulls(revision, kind, urgency, topic_ids) = 4)),
    check (type = 'RETRACTED' or num_nonnulls(revision, kind, urgency, topic_ids) = 4)
);

create index event_by_news on event (news_id, position);

-- What is left of a news item that was taken back. Whoever deletes one may add the reason in the same transaction.
create table retraction (
    news_id bigint primary key,
    slug slug not null unique,
    published_at timestamptz not null,
    updated_at timestamptz not null,
    retracted_at timestamptz not null default clock_timestamp(),
    reason prose,
    import_key text unique
);

-- The news that transactions under way have changed; empty to everybody else, so a crash may empty it.
create unlogged table pending_change (
    transaction xid8 not null default pg_current_xact_id(),
    news_id bigint not null,
    primary key (transaction, news_id)
);

-- One row for each of those transactions: its trigger waits for the commit.
create unlogged table pending_commit (
    transaction xid8 primary key default pg_current_xact_id()
);

create function note_changes(ids bigint[]) returns void language sql as $$
    insert into pending_change (news_id) select * from unnest(ids) on conflict do nothing;
    insert into pending_commit select where cardinality(ids) > 0 on conflict do nothing;
$$;

create function note_changed_news() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        perform note_changes(array(select id from present));
    elsif tg_op = 'DELETE' then
        perform note_changes(array(select id from past));
    else
        perform note_changes(array(select id from present join past using (id) where present is distinct from past));
    end if;
    return null;
end
$$;

create trigger note_published after insert on news
    referencing new table as present for each statement execute function note_changed_news();
create trigger note_revised after update on news
    referencing old table as past new table as present for each statement execute function note_changed_news();
create trigger note_retracted after delete on news
    referencing old table as past for each statement execute function note_changed_news();

create function note_changed_parts() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        perform note_changes(array(select distinct news_id from present));
    elsif tg_op = 'DELETE' then
        perform note_changes(array(select distinct news_id from past));
    else
        perform note_changes(array(
            select news_id from (table present except table past) as changed
            union
            select news_id from (table past except table present) as changed));
    end if;
    return null;
end
$$;

create trigger note_filed after insert on news_topic
    referencing new table as present for each statement execute function note_changed_parts();
create trigger note_refiled after update on news_topic
    referencing old table as past new table as present for each statement execute function note_changed_parts();
create trigger note_unfiled after delete on news_topic
    referencing old table as past for each statement execute function note_changed_parts();

create trigger note_counted after insert on figure
    referencing new table as present for each statement execute function note_changed_parts();
create trigger note_recounted after update on figure
    referencing old table as past new table as present for each statement execute function note_changed_parts();
create trigger note_uncounted after delete on figure
    referencing old table as past for each statement execute function note_changed_parts();

-- What changes answers, but is no event.
create function note_change() returns trigger language plpgsql as $$
begin
    insert into pending_commit default values on conflict do nothing;
    return null;
end
$$;

create trigger note_change after insert or update or delete or truncate on topic
    for each statement execute function note_change();
create trigger note_change after insert or update or delete or truncate on series
    for each statement execute function note_change();
create trigger note_change after update or delete or truncate on revision
    for each statement execute function note_change();

create function keep_retraction() returns trigger language plpgsql as $$
begin
    insert into retraction (news_id, slug, published_at, updated_at, import_key)
    select id, slug, published_at, updated_at, import_key from past
    on conflict do nothing;
    return null;
end
$$;

create trigger keep_retraction after delete on news
    referencing old table as past for each statement execute function keep_retraction();

-- An address that has led to one news item never leads to another.
create function keep_slugs_of_retracted() returns trigger language plpgsql as $$
declare
    taken text;
begin
    select slug into taken from present join retraction using (slug) limit 1;
    if found then
        raise exception 'the slug % is that of a retracted news item', taken using errcode = 'unique_violation';
    end if;
    return null;
end
$$;

create trigger keep_slugs_of_inserted after insert on news
    referencing new table as present for each statement execute function keep_slugs_of_retracted();
create trigger keep_slugs_of_updated after update on news
    referencing new table as present for each statement execute function keep_slugs_of_retracted();

-- To truncate is to retract everything.
create function retract_all() returns trigger language plpgsql as $$
begin
    delete from news;
    return null;
end
$$;

create trigger retract_all before truncate on news for each statement execute function retract_all();

-- Version, position, and when its event occurred, in microseconds since 1970.
create function standing(feed) returns text language sql stable return
    concat_ws(' ', $1.version, $1.position, (extract(epoch from $1.occurred_at) * 1000000)::bigint);

-- By indexes alone, whatever the planner thinks of tables that were empty when this session first came here.
create function log_events() returns trigger language plpgsql
    set enable_seqscan = off set enable_hashjoin = off as $$
declare
    head feed;
    added bigint;
    moment timestamptz;
begin
    select * into strict head from feed for update;
    moment := clock_timestamp();
    insert into event (
        position, type, news_id, previous, occurred_at, slug, revision, published_at, kind, urgency, series_id, topic_ids)
    select
        head.position + row_number() over (order by coalesce(n.published_at, p.published_at), c.news_id),
        case
            when n.id is null then 'RETRACTED'
            when p.position is null or p.type = 'RETRACTED' then 'PUBLISHED'
            else 'REVISED'
        end,
        c.news_id, p.position, moment, coalesce(n.slug, p.slug), n.revision,
        coalesce(n.published_at, p.published_at), n.kind, n.urgency, n.series_id,
        case when n.id is not null then
            array(select topic_id from news_topic where news_id = n.id order by topic_id)
        end
    from pending_change c
        left join news n on n.id = c.news_id
        left join lateral (
            select * from event where news_id = c.news_id order by position desc limit 1
        ) p on true
    where c.transaction = new.transaction and (n.id is not null or p.type <> 'RETRACTED');
    get diagnostics added = row_count;
    delete from pending_change where transaction = new.transaction;
    delete from pending_commit where transaction = new.transaction;
    head.version := head.version + 1;
    if added > 0 then
        head.position := head.position + added;
        head.occurred_at := moment;
    end if;
    update feed set version = head.version, position = head.position, occurred_at = head.occurred_at;
    perform pg_notify('utrop_feed', standing(head));
    return null;
end
$$;

create constraint trigger log_events after insert on pending_commit
    deferrable initially deferred for each row execute function log_events();

-- What was published before there was a feed.
insert into event (position, type, news_id, occurred_at, slug, revision, published_at, kind, urgency, series_id, topic_ids)
select row_number() over (order by published_at, id), 'PUBLISHED', id, now(), slug, revision, published_at, kind, urgency,
    series_id, array(select topic_id from news_topic where news_id = n.id order by topic_id)
from news n;

update feed set position = (select count(*) from event), occurred_at = now() where exists (select from event);
