-- The day of publication in the documents of the search, and indexes that hold what was committed last. This script replaces
-- functions, and locks no table.

-- The lexemes of the day on which a news item was published, in the newsroom's zone: with its year, and without it as XML
-- Schema writes a gMonthDay.
create function search_days(published_at timestamptz) returns text[] language sql stable return (
    select array['day:' || to_char(day, 'YYYY-MM-DD'), 'day:' || to_char(day, '--MM-DD')]
    from (select published_at at time zone coalesce((select zone from newsroom), 'UTC')) as local (day)
);

-- As before, with the day.
create or replace function search_document(published news, topics bigint[]) returns tsvector language plpgsql stable as $$
declare
    language constant regconfig = (select configuration from search_language);
    month constant text = to_char(published.published_at at time zone 'UTC', 'YYYY-MM');
begin
    return setweight(to_tsvector(language, search_text(published.title)), 'A')
        || setweight(to_tsvector(language, search_text(published.summary)), 'B')
        || setweight(to_tsvector(language, search_text(search_body(published.body))), 'C')
        || array_to_tsvector(array[
            'month:' || month, 'year:' || left(month, -3), 'kind:' || published.kind, 'urgency:' || published.urgency,
            'series:' || coalesce(published.series_id::text, 'none')])
        || array_to_tsvector(search_days(published.published_at))
        || array_to_tsvector(array(select 'topic:' || topic from unnest(topics) topic));
end
$$;

-- Gives the documents the days of the newsroom's zone. Batches commit on their own and are small, because an editor who changes a
-- news item of a batch waits for it. If it is interrupted, it runs again from the start, and writes what is missing.
create procedure index_days() language plpgsql as $$
begin
    for batch in 0..(select coalesce(max(news_id), -1) / 200 from news_search) loop
        -- A change of the zone moves a day by one at most.
        update news_search
        set document = array_to_tsvector(search_days(published_at)) || ts_delete(
            document, search_days(published_at - interval '1 day') || search_days(published_at + interval '1 day'))
        where news_id between batch * 200 and batch * 200 + 199
            and not document @@ quote_literal((search_days(published_at))[1])::tsquery;
        commit;
    end loop;
end
$$;

-- Waits for those who are changing these news, so that what the transaction reads afterwards is what was committed last. It has
-- locked what it changed itself, but not a news item of which it changed a figure or a topic.
create function lock_news(ids bigint[]) returns void language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    perform from news where id = any(ids) and xmin <> pg_current_xact_id()::xid order by id for no key update;
end
$$;

-- As before, of the news as they are when nobody else changes them. Otherwise a transaction that has changed a figure could
-- overwrite what another one, which has changed the text meanwhile, has just committed.
create or replace function index_changes() returns trigger language plpgsql as $$
declare
    changed constant bigint[] = array(select news_id from pending_change where transaction = new.transaction);
begin
    perform lock_news(changed);
    perform index_news(changed);
    return null;
end
$$;

create function beginning(title text) returns text language sql immutable strict parallel safe return
    lower(left(title, 40) collate "sv-SE-x-icu");

create or replace function note_titles(ids bigint[]) returns void language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    perform lock_news(ids);
    insert into title_beginning as known (news_id, text, published_at)
    select n.id, beginning(n.title), n.published_at
    from unnest(ids) as changed (id) join news n using (id)
    on conflict (news_id) do update set text = excluded.text, published_at = excluded.published_at
    where (known.text, known.published_at) <> (excluded.text, excluded.published_at);
end
$$;

-- The functions that were replaced lost their owner's rights.
select grant_service();
