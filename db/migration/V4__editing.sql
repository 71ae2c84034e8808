-- What editors do: news that wait for their time, what each call did, and who did what.

-- News that are to be published later: nothing of them stands in news before. The id is the one that the news item will have.
create table scheduled_news (
    id bigint primary key,
    slug slug not null unique,
    publish_at timestamptz not null check (isfinite(publish_at)),
    -- As content() writes it.
    content jsonb not null,
    scheduled_at timestamptz not null default clock_timestamp(),
    -- When it was last tried to publish it, and what the matter was.
    failed_at timestamptz,
    failure text
);

create index scheduled_news_by_time on scheduled_news (publish_at, id);
create index scheduled_news_failed on scheduled_news (failed_at) where failed_at is not null;

-- What a call answered that carried a key, so that the same call again changes nothing.
create table idempotent_call (
    caller text not null,
    key text not null check (length(key) between 1 and 200),
    operation text not null,
    -- A digest of the input, by which another call under the same key is told.
    input text not null,
    result jsonb,
    called_at timestamptz not null default clock_timestamp(),
    primary key (caller, key)
);

create index idempotent_call_by_time on idempotent_call (called_at);

-- Who did what when: rows are added, and stay.
create table audit (
    id bigint generated always as identity primary key,
    occurred_at timestamptz not null default clock_timestamp(),
    -- Issuer and subject of the token.
    caller text not null,
    action text not null,
    news_id bigint,
    topic_id bigint,
    revision integer,
    idempotency_key text
);

create index audit_by_news on audit (news_id, id);

create function keep_audit() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail is only added to' using errcode = 'insufficient_privilege';
end
$$;

create trigger keep_audit before update or delete or truncate on audit for each statement execute function keep_audit();

create function is_slug_taken(wish text) returns boolean language sql stable return
    exists (select from news where slug = wish)
    or exists (select from retraction where slug = wish)
    or exists (select from scheduled_news where slug = wish);

-- The wish, or the wish with a number. Whoever wishes the same waits until this transaction ends.
create function free_slug(wish text) returns text language plpgsql as $$
declare
    candidate text := wish;
    number bigint := 1;
begin
    perform pg_advisory_xact_lock(hashtextextended('slug ' || wish, 0));
    while is_slug_taken(candidate) loop
        -- Titles that come every day would take ever longer to number.
        number := case when number < 100 then number + 1 else nextval(pg_get_serial_sequence('news', 'id')) end;
        candidate := wish || '-' || number;
    end loop;
    return candidate;
end
$$;

-- Waits for whoever adds news just now, and keeps them waiting: either sees the slug that the other took.
create function reserve_slug() returns trigger language plpgsql as $$
begin
    lock table news in share row exclusive mode;
    if exists (select from news where slug = new.slug) or exists (select from retraction where slug = new.slug) then
        raise exception 'the slug % is that of a news item', new.slug using errcode = 'unique_violation';
    end if;
    return new;
end
$$;

create trigger reserve_slug before insert on scheduled_news for each row execute function reserve_slug();

create function keep_slugs_of_scheduled() returns trigger language plpgsql as $$
declare
    taken text;
begin
    select s.slug into taken from present p join scheduled_news s on s.slug = p.slug and s.id <> p.id limit 1;
    if found then
        raise exception 'the slug % is that of a scheduled news item', taken using errcode = 'unique_violation';
    end if;
    return null;
end
$$;

create trigger keep_scheduled_slugs_of_inserted after insert on news
    referencing new table as present for each statement execute function keep_slugs_of_scheduled();
create trigger keep_scheduled_slugs_of_updated after update on news
    referencing new table as present for each statement execute function keep_slugs_of_scheduled();

-- All that an editor writes of a news item, topics and series by their ids.
create function content(news) returns jsonb language sql stable return jsonb_build_object(
    'title', $1.title, 'summary', $1.summary, 'body', $1.body, 'url', $1.url,
    'image', case when $1.image_url is not null then jsonb_build_object(
        'url', $1.image_url, 'altText', $1.image_alt_text, 'width', $1.image_width, 'height', $1.image_height,
        'credit', $1.image_credit) end,
    'kind', $1.kind, 'urgency', $1.urgency,
    'topics', (select coalesce(jsonb_agg(topic_id order by position), '[]') from news_topic where news_id = $1.id),
    'series', $1.series_id,
    'figures', (
        select coalesce(jsonb_agg(jsonb_build_object(
            'name', name, 'label', label, 'value', value, 'unit', unit, 'change', change) order by position), '[]')
        from figure where news_id = $1.id));

-- Topics that are gone by now are left out.
create function file(key bigint, topics jsonb, moment timestamptz) returns void language sql as $$
    insert into news_topic (news_id, position, topic_id, published_at)
    select key, listed.position, t.id, moment
    from jsonb_array_elements_text(topics) with ordinality as listed (id, position) join topic t on t.id = listed.id::bigint;
$$;

create function count_figures(key bigint, figures jsonb) returns void language sql as $$
    insert into figure (news_id, position, name, label, value, unit, change)
    select key, position, f.name, f.label, f.value, f.unit, f.change
    from jsonb_array_elements(figures) with ordinality as listed (figure, position),
        jsonb_to_record(figure) as f (
            name text, label text, value double precision, unit text, change double precision);
$$;

create function publish(key bigint, slug text, content jsonb, moment timestamptz) returns void language plpgsql as $$
begin
    insert into news (
        id, slug, title, summary, body, url, image_url, image_alt_text, image_width, image_height, image_credit, kind,
        urgency, published_at, series_id)
    overriding system value
    values (
        key, publish.slug, content->>'title', content->>'summary', content->>'body', content->>'url',
        content#>>'{image,url}', content#>>'{image,altText}', (content#>>'{image,width}')::integer,
        (content#>>'{image,height}')::integer, content#>>'{image,credit}', content->>'kind', content->>'urgency',
        moment, (content->>'series')::bigint);
    perform file(key, content->'topics', moment);
    perform count_figures(key, content->'figures');
end
$$;

-- Answers with the number of the revision that this makes.
create function revise(key bigint, content jsonb, remark text) returns integer language plpgsql as $$
declare
    revised news;
begin
    update news set
        title = content->>'title', summary = content->>'summary', body = content->>'body', url = content->>'url',
        image_url = content#>>'{image,url}', image_alt_text = content#>>'{image,altText}',
        image_width = (content#>>'{image,width}')::integer, image_height = (content#>>'{image,height}')::integer,
        image_credit = content#>>'{image,credit}', urgency = content->>'urgency',
        revision = revision + 1, updated_at = greatest(clock_timestamp(), updated_at), note = remark
    where id = key
    returning * into strict revised;
    delete from news_topic where news_id = key;
    perform file(key, content->'topics', revised.published_at);
    delete from figure where news_id = key;
    perform count_figures(key, content->'figures');
    return revised.revision;
end
$$;

create function publish_one(due scheduled_news, moment timestamptz) returns void language plpgsql as $$
begin
    perform publish(due.id, due.slug, due.content, moment);
    delete from scheduled_news where id = due.id;
    insert into audit (caller, action, news_id, revision) values ('schedule', 'publishNews', due.id, 1);
end
$$;

-- Publishes what is due by this database's clock, in the order of its times, for half a second at most, and nothing where
-- another node is at it. The times of publication are those of the deed, and rise in that order. One that can't be
-- published keeps nobody waiting, and is tried again after a minute.
create function publish_due(out published integer, out failures text[], out overdue integer, out wait interval)
language plpgsql as $$
declare
    moment timestamptz;
    due scheduled_news;
begin
    published := 0;
    failures := '{}';
    if pg_try_advisory_xact_lock(hashtextextended('utrop schedule', 0)) then
        moment := clock_timestamp();
        for due in
            select * from scheduled_news
            where publish_at <= moment and (failed_at is null or failed_at < moment - interval '1 minute')
            order by publish_at, id
            for update
        loop
            begin
                perform publish_one(due, moment + published * interval '1 microsecond');
                published := published + 1;
            exception when others then
                -- What is the matter with the database, not with the item, ends this look at the schedule: the next is soon.
                if left(sqlstate, 2) in ('40', '53', '55', '57', '58') then
                    raise;
                end if;
                update scheduled_news set failed_at = clock_timestamp(), failure = sqlerrm where id = due.id;
                failures := failures || format('%s (%s): %s', due.id, due.slug, sqlerrm);
            end;
            exit when clock_timestamp() > moment + interval '500 milliseconds';
        end loop;
    end if;
    select count(*) into overdue from scheduled_news where failed_at is not null;
    select min(publish_at) - clock_timestamp() into wait from scheduled_news where failed_at is null;
end
$$;
