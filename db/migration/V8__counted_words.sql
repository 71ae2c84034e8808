-- As before, but that chance decides once: it decided twice, and so counted common words far too low.
create or replace function note_words(words text[], occurrences bigint[]) returns void language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    -- A count of approximately (Morris): the more often a word has occurred, the less often its row is written.
    update search_word w set magnitude = grown.magnitude
    from (
        select k.ctid, more.magnitude
        from unnest(words, occurrences) as o (lexeme, news)
            join search_word k using (lexeme)
            -- Not flattened, for it is volatile.
            cross join lateral (
                select floor(ln(2::double precision ^ k.magnitude + o.news) / ln(2::double precision) + random())::integer as magnitude
            ) more
        where more.magnitude > k.magnitude
        for update of k skip locked
    ) grown
    where w.ctid = grown.ctid and w.magnitude < grown.magnitude;
    insert into search_word (lexeme, root, folded, magnitude)
    select lexeme, search_root(lexeme), unaccent(search_stem(lexeme)), (ln(news) / ln(2::double precision))::integer
    from unnest(words, occurrences) as o (lexeme, news)
    where not exists (select from search_word k where k.lexeme = o.lexeme);
end
$$;

update search_word w set magnitude = (ln(counted.ndoc) / ln(2::double precision))::integer
from ts_stat('select document from news_search') counted
where counted.word = w.lexeme and w.magnitude <> (ln(counted.ndoc) / ln(2::double precision))::integer;
