package se.utrop.search;

import static se.utrop.sql.Columns.required;

import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import se.utrop.database.ReadDatabase;
import se.utrop.search.SearchSuggestion.Kind;
import se.utrop.sql.FrequentQuery;

@Repository
class SuggestionRepository {

    /** The last character of Unicode: between a text and the text with this at its end lie all that begin with the text. */
    private static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    /**
     * Names of topics and series of which a word begins so; words of the vocabulary, the common ones first, each as a published
     * text has it; and titles that begin so, the newest first. Reads are bounded, however many begin so. A word stays in the
     * vocabulary when its news go, so each is looked up in the search index: in slices of time if it is common.
     */
    static final String SUGGESTIONS = """
        with name as (
            select kind, text, key, strpos(' ' || unaccent(lower(text collate "sv-SE-x-icu")), ' ' || unaccent(:typed)) as place
            from (
                select 'TOPIC' as kind, name as text, id as key from topic
                union all
                select 'SERIES', name, id from series
            ) named
        ), beginning as materialized (
            select word, lexeme
            from (select word, lexeme from search_form where :word <> '' and word >= :word order by word limit 1000) near
            where word < :wordEnd and lexeme is not null
        ), word as materialized (
            select lexeme, magnitude, pattern
            from (
                select lexeme, '\\m(?:' || string_agg(distinct word, '|') || ')\\M' as pattern from beginning group by lexeme
            ) begun
                cross join lateral (
                    select coalesce(max(magnitude), 0) as magnitude from search_word where lexeme = begun.lexeme
                ) occurring
            order by magnitude desc, lexeme
            limit 6
        )
        (
            select kind, text, key
            from name
            where place > 0
            order by kind desc, place > 1, text
            limit :some
        )
        union all
        (
            select 'WORDS', :head || form.text, 0
            from word
                cross join lateral (
                    select cast('''' || lexeme || ''' & !''state:withdrawn''' as tsquery) as query offset 0
                ) q
                cross join lateral (
                    select found[1] as text
                    from (
                        (
                            select unnest((array_agg(s.news_id))[1:3]) as news_id from news_search s
                            where word.magnitude <= 8 and s.document @@ q.query
                        )
                        union all
                        (
                            select slice.news_id
                            from search_slices('-infinity', 'infinity') part
                                cross join lateral (
                                    select s.news_id from news_search s
                                    where s.document @@ part and s.document @@ q.query
                                    limit 3
                                ) slice
                            where word.magnitude > 8
                            limit 3
                        )
                    ) held
                        cross join lateral (select * from news where id = held.news_id limit 1) n
                        cross join lateral regexp_matches(
                            lower(concat_ws(' ', n.title, n.summary, left(n.body, 20000)) collate "sv-SE-x-icu"),
                            word.pattern, 'g') found
                    order by length(found[1]), found[1]
                    limit 1
                ) form
            order by word.magnitude desc, word.lexeme
        )
        union all
        (
            select 'NEWS', n.title, n.id
            from (
                select * from title_beginning where text >= left(:typed, 40) order by text limit 200
            ) begun
                cross join lateral (select * from news where id = begun.news_id limit 1) n
            where begun.text < left(:typed, 40) || :last and starts_with(lower(n.title collate "sv-SE-x-icu"), :typed)
                and n.withdrawn_at is null
            order by begun.published_at desc, n.id desc
            limit :first
        )
        """;

    private final ReadDatabase reads;

    private final FrequentQuery query = new FrequentQuery(SUGGESTIONS);

    SuggestionRepository(ReadDatabase reads) {
        this.reads = reads;
    }

    /** @param key of the topic, series or news item; 0 of words */
    record Found(Kind kind, String text, long key) {}

    /**
     * What completes a text, kind by kind.
     *
     * @param typed in lower case
     * @param word the last word of it, which words of the vocabulary complete; empty where none is being typed
     */
    Mono<List<Found>> find(String typed, String word, int first) {
        return query.run(
                        reads.connections(),
                        values(typed, word, first),
                        row -> new Found(
                                Kind.valueOf(required(row, 0, String.class)),
                                required(row, 1, String.class),
                                required(row, 2, Long.class)))
                .distinct()
                .collectList();
    }

    static Map<String, Object> values(String typed, String word, int first) {
        String begun = word.length() < 2 ? "" : word;
        return Map.of(
                "typed",
                typed,
                "word",
                begun,
                "wordEnd",
                begun + LAST,
                "head",
                typed.substring(0, typed.length() - word.length()),
                "some",
                (first + 1) / 2,
                "last",
                LAST,
                "first",
                first);
    }
}
