-- What is published now, and the record of how it read before. News are read newest first by (published_at, id).

create domain slug as text
    check (value ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(value) <= 100);

-- One line that a reader sees.
create domain text_line as text
    check (value <> '' and value = btrim(value) and value is nfc normalized and value !~ '[[:cntrl:]]' and length(value) <= 300);

-- Text of any number of lines.
create domain prose as text
    check (value <> '' and value is nfc normalized and value !~ '[\x01-\x08\x0b-\x1f\x7f]' and length(value) <= 200000);

create domain web_address as text
    check (value ~ '^https?://[^[:space:]]+$' and length(value) <= 2000);

create table topic (
    id bigint generated always as identity primary key,
    slug slug not null unique,
    name text_line not null unique,
    description prose
);

create table series (
    id bigint generated always as identity primary key,
    slug slug not null unique,
    name text_line not null unique
);

create table news (
    id bigint generated always as identity primary key,
    slug slug not null unique,
    title text_line not null,
    summary prose not null check (length(summary) <= 5000),
    body prose,
    url web_address,
    image_url web_address,
    image_alt_text text check (image_alt_text is nfc normalized and length(image_alt_text) <= 1000),
    image_width integer check (image_width > 0),
    image_height integer check (image_height > 0),
    image_credit text_line,
    kind text not null default 'ARTICLE' check (kind in ('ARTICLE', 'SITUATION_REPORT')),
    urgency text not null default 'ROUTINE' check (urgency in ('ROUTINE', 'IMPORTANT', 'BREAKING')),
    published_at timestamptz not null check (isfinite(published_at)),
    published_at_precision text not null default 'EXACT' check (published_at_precision in ('EXACT', 'DAY', 'ESTIMATED')),
    updated_at timestamptz not null check (isfinite(updated_at) and updated_at >= published_at),
    series_id bigint references series,
    revision integer not null default 1 check (revision > 0),
    -- What the newsroom says of the current revision.
    note prose,
    -- What an imported item is known by in its source, so that it comes in once.
    import_key text unique check (length(import_key) <= 2000),
    unique (published_at, id),
    check ((image_url is null) = (image_alt_text is null)),
    check (image_url is not null or num_nonnulls(image_width, image_height, image_credit) = 0)
);

create index news_by_series on news (series_id, published_at, id);
create index news_not_articles on news (published_at, id) where kind <> 'ARTICLE';
create index news_not_routine on news (published_at, id) where urgency <> 'ROUTINE';
create index news_breaking on news (published_at, id) where urgency = 'BREAKING';

-- published_at stands here too, kept equal by the foreign key, so that a topic's news are read in order from one index.
create table news_topic (
    news_id bigint not null,
    position smallint not null check (position > 0),
    topic_id bigint not null references topic,
    published_at timestamptz not null,
    primary key (news_id, position),
    unique (topic_id, published_at, news_id),
    foreign key (news_id, published_at) references news (id, published_at) on update cascade on delete cascade
);

create table figure (
    news_id bigint not null references news on delete cascade,
    position smallint not null check (position > 0),
    name slug not null,
    label text_line not null,
    value double precision not null check (value > '-infinity' and value < 'infinity'),
    unit text_line,
    change double precision check (change > '-infinity' and change < 'infinity'),
    primary key (news_id, position),
    unique (news_id, name)
);

-- Every published version: written by the database itself, whoever publishes or revises.
create table revision (
    news_id bigint not null references news on delete cascade,
    number integer not null check (number > 0),
    published_at timestamptz not null,
    title text_line not null,
    summary prose not null,
    body prose,
    note prose,
    primary key (news_id, number)
);

create function number_revision() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        new.updated_at := coalesce(new.updated_at, new.published_at);
        return new;
    end if;
    if new.revision = old.revision and (new.title, new.summary, new.body) is distinct from (old.title, old.summary, old.body) then
        new.revision := old.revision + 1;
        new.updated_at := greatest(clock_timestamp(), old.updated_at);
        new.note := nullif(new.note, old.note);
    end if;
    if new.revision not in (old.revision, old.revision + 1) then
        raise exception 'revision % of news % cannot follow revision %', new.revision, old.id, old.revision
            using errcode = 'check_violation';
    end if;
    return new;
end
$$;

create trigger number_revision before insert or update on news for each row execute function number_revision();

create function record_first_revision() returns trigger language plpgsql as $$
begin
    insert into revision (news_id, number, published_at, title, summary, body, note)
    select id, revision, updated_at, title, summary, body, note from published;
    return null;
end
$$;

create trigger record_first_revision after insert on news
    referencing new table as published for each statement execute function record_first_revision();

create function record_later_revision() returns trigger language plpgsql as $$
begin
    insert into revision (news_id, number, published_at, title, summary, body, note)
    select n.id, n.revision, n.updated_at, n.title, n.summary, n.body, n.note
    from revised n join replaced o using (id)
    where n.revision > o.revision;
    return null;
end
$$;

create trigger record_later_revision after update on news
    referencing old table as replaced new table as revised for each statement execute function record_later_revision();

-- What was imported, when, from where.
create table import (
    id bigint generated always as identity primary key,
    source text not null,
    imported_at timestamptz not null default now(),
    added integer not null check (added >= 0),
    known integer not null check (known >= 0)
);

-- Keys that all nodes share, made here so that they differ from one newsroom to the next.
create table secret (
    name text primary key,
    value bytea not null
);

insert into secret values ('cursor', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
