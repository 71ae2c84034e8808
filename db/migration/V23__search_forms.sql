-- The words as they are written, beside the lexemes that PostgreSQL's stemmer makes of them. The stemmer keeps forms of many
-- words apart, such as klimat and klimatet. The node knows the paradigms of the language: it looks up here which forms of a
-- word occur, and asks the index for the lexemes of all of them. The index itself stays as it is, so a better paradigm needs
-- no new index. Typing errors and compounds are looked up here too, because a stem no longer shows how a word is written.

create table search_form (
    word text collate "C" not null check (length(word) <= 60),
    -- What documents hold of it; null for a stop word, of which they hold nothing.
    lexeme text,
    -- The word without accents.
    folded text collate "C" not null
);

-- Two transactions may both add a word, as in search_word.
create index search_form_word on search_form (word);
create index search_form_folded on search_form (folded);
create index search_form_parts on search_form using gin (folded gin_trgm_ops) with (fastupdate = off);
create index search_form_deletions on search_form using gin (search_deletions(folded)) with (fastupdate = off);

-- The body as searches read it: without the addresses of links and the soft hyphens that CommonMark writes as an entity. A
-- document holds a megabyte, whatever the words.
create function search_body(body text) returns text language sql immutable parallel safe return
    left(replace(
        case when body like '%](%' then regexp_replace(body, '\]\([^()[:space:]]*', '](', 'g') else coalesce(body, '') end,
        '&shy;', ''), 100000);

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
        || array_to_tsvector(array(select 'topic:' || topic from unnest(topics) topic));
end
$$;

-- Adds the words of these news. Numbers stand for themselves alone.
create function note_forms(ids bigint[]) returns void language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    language constant regconfig = (select configuration from search_language);
begin
    insert into search_form (word, lexeme, folded)
    select written.word, (tsvector_to_array(to_tsvector(language, written.word)))[1], unaccent(written.word)
    from (
        select distinct lower(parsed.token) as word
        from unnest(ids) as changed (id) join news n using (id)
            cross join lateral ts_parse('default',
                search_text(n.title || ' ' || n.summary || ' ' || search_body(n.body))) parsed
        -- Words, with and without letters beyond ASCII.
        where parsed.tokid in (1, 2) and length(lower(parsed.token)) <= 60
    ) written
    where not exists (select from search_form known where known.word = written.word);
end
$$;

-- As before, and with the words as they are written.
create or replace function index_news(ids bigint[]) returns void language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    words text[];
    occurrences bigint[];
begin
    with indexed as (
        insert into news_search (news_id, published_at, document)
        select n.id, n.published_at, search_document(n, array(select topic_id from news_topic where news_id = n.id))
        from unnest(ids) as changed (id) join news n using (id)
        on conflict (news_id) do update set published_at = excluded.published_at, document = excluded.document
        returning document
    )
    select array_agg(lexeme), array_agg(news) into words, occurrences
    from (
        select lexeme, count(*) as news
        from indexed cross join unnest(document)
        where lexeme !~ '[0-9:]' and length(lexeme) <= 60
        group by lexeme
    ) counted;
    perform note_words(words, occurrences);
    perform note_forms(ids);
end
$$;

create or replace function index_all_news() returns void language plpgsql as $$
begin
    truncate news_search, search_word, search_form;
    drop index news_search_document;
    for batch in 0..(select coalesce(max(id), -1) / 10000 from news) loop
        perform index_news(array(select id from news where id between batch * 10000 and batch * 10000 + 9999));
    end loop;
    create index news_search_document on news_search using gin (document) with (fastupdate = off);
end
$$;

select grant_service();
