-- What searches read: one document a news item, and the words that occur, both written in the transaction that changes
-- the news, by whoever changes them.
--
-- A document holds the words of the title, teaser and body, and beside them what filters ask for: the month, the year,
-- topics, kind, urgency and series, as lexemes with a colon, which no word has. So one index answers a search with all
-- of its filters, and answers it slice of time by slice of time, the newest first, until there is enough: however common
-- a word is, the work is bounded.

create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- The text search configuration of the newsroom's language.
create table search_language (
    single boolean primary key default true check (single),
    configuration regconfig not null
);

create table news_search (
    news_id bigint primary key references news on delete cascade,
    published_at timestamptz not null,
    document tsvector not null
);

-- Uncompressed: a search reads thousands.
alter table news_search alter column document set storage external;

-- Without a list of pending entries, which every search would have to read through.
create index news_search_document on news_search using gin (document) with (fastupdate = off);

-- Every word that has occurred, as it stands in documents; it stays when its news go. Two transactions may both add a
-- word: better twice than that one waits for the other, or that they wait for each other.
create table search_word (
    lexeme text not null check (length(lexeme) <= 60),
    -- The same for the forms that the stemmer keeps apart.
    root text not null,
    -- The stem without accents.
    folded text not null,
    -- About the binary logarithm of the number of news that it has occurred in.
    magnitude integer not null
) with (fillfactor = 80);

create index search_word_lexeme on search_word (lexeme);
create index search_word_root on search_word (root);
create index search_word_folded on search_word (folded);
create index search_word_parts on search_word using gin (folded gin_trgm_ops) with (fastupdate = off);

-- Every text that is left when one letter is deleted, and the whole: two words are one typing error apart only if they
-- share one of them (SymSpell's symmetric deletion).
create function search_deletions(word text) returns text[] language sql immutable strict parallel safe return (
    select array_agg(overlay(word placing '' from position for 1)) || word
    from generate_series(1, length(word)) position
);

create index search_word_deletions on search_word using gin (search_deletions(folded)) with (fastupdate = off);

-- Text in which the parser finds nothing but words and numbers: covid-19 are two, and no hyphen makes a number negative.
create function search_text(text) returns text language sql immutable strict parallel safe return
    translate($1, '-./:@&+<~', '         ');

-- What Swedish's stemmer leaves of a word, without what it overlooks: the -et, -an and -eln of sjukhuset, skolan and
-- cykeln, the -r of vintrar, the -s of vårdplats.
create function search_stem(lexeme text) returns text language sql immutable strict parallel safe return
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(lexeme,
        '(...)(?:er|ar|or)$|(..[^aeiouyåäö]|..[ie])(?:ets?|um)$|(..(?:[^aeiouyåäöbmp]|bb|mm|pp|[rs]p|mp|i))ans?$', '\1\2\3'),
        '([bdfgkmptv])(?:l|eln)$', '\1el'),
        '(.[bdgkptv]|.mm)[rn]$', '\1'),
        '(..[^aeiouyåäös])s$', '\1');

-- The same for all forms of a word. It says nothing about meaning: a root only ever stands for lexemes that occur.
create function search_root(lexeme text) returns text language sql immutable strict parallel safe return
    regexp_replace(search_stem(lexeme), '([^aeiouyåäö])\1$', '\1');

create function search_document(published news, topics bigint[]) returns tsvector language plpgsql stable as $$
declare
    language constant regconfig = (select configuration from search_language);
    -- Without the addresses of links.
    body constant text = case
        when published.body like '%](%' then regexp_replace(published.body, '\]\([^()[:space:]]*', '](', 'g')
        else published.body
    end;
    month constant text = to_char(published.published_at at time zone 'UTC', 'YYYY-MM');
begin
    return setweight(to_tsvector(language, search_text(published.title)), 'A')
        || setweight(to_tsvector(language, search_text(published.summary)), 'B')
        -- A document holds a megabyte, whatever the words.
        || setweight(to_tsvector(language, search_text(left(coalesce(body, ''), 100000))), 'C')
        || array_to_tsvector(array[
            'month:' || month, 'year:' || left(month, -3), 'kind:' || published.kind, 'urgency:' || published.urgency,
            'series:' || coalesce(published.series_id::text, 'none')])
        || array_to_tsvector(array(select 'topic:' || topic from unnest(topics) topic));
end
$$;

-- Adds the words of documents, with the number of those that each occurs in.
create function note_words(words text[], occurrences bigint[]) returns void language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    -- A count of approximately (Morris): the more often a word has occurred, the less often its row is written.
    update search_word w set magnitude = grown.magnitude
    from (
        select k.ctid, floor(more + random())::integer as magnitude
        from unnest(words, occurrences) as o (lexeme, news)
            join search_word k using (lexeme)
            cross join lateral (
                select ln(2::double precision ^ k.magnitude + o.news) / ln(2::double precision) as more
            ) m
        where floor(more + random()) > k.magnitude
        for update of k skip locked
    ) grown
    where w.ctid = grown.ctid and w.magnitude < grown.magnitude;
    insert into search_word (lexeme, root, folded, magnitude)
    select lexeme, search_root(lexeme), unaccent(search_stem(lexeme)), (ln(news) / ln(2::double precision))::integer
    from unnest(words, occurrences) as o (lexeme, news)
    where not exists (select from search_word k where k.lexeme = o.lexeme);
end
$$;

-- Writes the documents of these news as they are now; of those that are gone there is none any more.
create function index_news(ids bigint[]) returns void language plpgsql
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
        -- Numbers stand for themselves alone: they are no part of other words, and no misspelling.
        where lexeme !~ '[0-9:]' and length(lexeme) <= 60
        group by lexeme
    ) counted;
    perform note_words(words, occurrences);
end
$$;

-- At the commit, in front of the trigger that then takes the log (triggers of one row go by name).
create function index_changes() returns trigger language plpgsql as $$
begin
    perform index_news(array(select news_id from pending_change where transaction = new.transaction));
    return null;
end
$$;

create constraint trigger index_changes after insert on pending_commit
    deferrable initially deferred for each row execute function index_changes();

-- Writes all documents anew: the index in one go at the end, a tenth of the work of keeping it meanwhile.
create function index_all_news() returns void language plpgsql as $$
begin
    truncate news_search, search_word;
    drop index news_search_document;
    for batch in 0..(select coalesce(max(id), -1) / 10000 from news) loop
        perform index_news(array(select id from news where id between batch * 10000 and batch * 10000 + 9999));
    end loop;
    create index news_search_document on news_search using gin (document) with (fastupdate = off);
end
$$;

-- Makes this the language of all searches.
create function search_in(language text) returns void language plpgsql as $$
begin
    if not exists (select from pg_ts_config where cfgname = language and pg_ts_config_is_visible(oid)) then
        raise exception 'utrop.search.language: PostgreSQL has no text search configuration named %', language
            using hint = (select 'It has ' || string_agg(cfgname, ', ' order by cfgname) from pg_ts_config);
    end if;
    if not exists (select from search_language where configuration = language::regconfig) then
        delete from search_language;
        insert into search_language (configuration) values (language::regconfig);
        perform index_all_news();
    end if;
end
$$;

-- The slices of time, the newest first, that hold everything published between these: months back to the start of the
-- year before, then years. Not inlined, so that the planner believes in the number of rows.
create function search_slices(since timestamptz, until timestamptz) returns setof tsquery
    language plpgsql stable rows 30 as $$
begin
    return query
    select case
            when year >= newest - 1 then format('''month:%s-%s''', lpad(year::text, 4, '0'), lpad(month::text, 2, '0'))
            else format('''year:%s''', lpad(year::text, 4, '0'))
        end::tsquery
    from (select min(published_at), max(published_at) from news) as whole (first, last)
        cross join lateral (
            select
                extract(year from greatest(since, first) at time zone 'UTC')::integer as oldest,
                extract(year from least(until, last) at time zone 'UTC')::integer as newest
            where first is not null
        ) span
        cross join lateral generate_series(newest, oldest, -1) year
        cross join lateral generate_series(case when year >= newest - 1 then 12 else 1 end, 1, -1) month;
end
$$;
