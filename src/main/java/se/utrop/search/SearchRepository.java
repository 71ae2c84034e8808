package se.utrop.search;

import static se.utrop.sql.Columns.optional;
import static se.utrop.sql.Columns.required;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.database.ReadDatabase;
import se.utrop.news.News;
import se.utrop.paging.Position;
import se.utrop.search.Expression.Term;
import se.utrop.search.Form.Kind;
import se.utrop.search.SearchStatement.Column;
import se.utrop.sql.FrequentQuery;
import se.utrop.text.CommonMark;
import se.utrop.topic.TopicCatalogue;
import se.utrop.topic.Topics;

@Repository
class SearchRepository {

    /** What a search's words may stand for altogether, beside themselves: each costs a look into the index. */
    private static final int FORMS = 40;

    /** The words that are read to find those: of more, the first that the newsroom wrote, which tend to be the common ones. */
    private static final int READ = 4_000;

    static final String VOCABULARY = """
        with token as materialized (
            select term.number::integer, place.position, token.lexeme,
                token.lexeme ~ '[0-9:]' or length(token.lexeme) > 60 as uncounted,
                search_root(token.lexeme) as root, search_stem(token.lexeme) as stem,
                unaccent(search_stem(token.lexeme)) as folded
            from unnest(cast(:terms as text[])) with ordinality as term (text, number)
                cross join search_language language
                cross join lateral unnest(to_tsvector(language.configuration, search_text(term.text))) as token
                cross join lateral unnest(token.positions) as place (position)
        )
        select own.number, own.position, own.lexeme, own.uncounted, form.lexeme, form.kind, form.magnitude
        from token own left join lateral (
            (select w.lexeme, w.magnitude, 'WHOLE' as kind
             from search_word w
             where w.root = own.root
             order by w.magnitude desc, w.lexeme
             limit 10)
            union all
            (select w.lexeme, w.magnitude, 'FOLDED'
             from search_word w
             where own.stem = own.folded and w.folded = own.folded and w.root <> own.root
             order by w.magnitude desc, w.lexeme
             limit 5)
            union all
            (select w.lexeme, w.magnitude, case
                when strpos(w.lexeme, own.stem) = 0 then 'FOLDED_PART'
                when right(w.folded, length(own.folded)) = own.folded then 'HEAD'
                else 'PART'
             end
             from (
                select lexeme, root, folded, magnitude
                from search_word
                where folded like case when length(own.folded) between 3 and 60 then '%' || own.folded || '%' end
                limit :read
             ) w cross join lateral (select length(w.folded) - length(own.folded) as more) other
             where w.root <> own.root
             and (own.stem = own.folded or strpos(w.lexeme, own.stem) > 0)
             and case
                when right(w.folded, length(own.folded)) = own.folded then other.more >= 2
                when left(w.folded, length(own.folded)) = own.folded then other.more >= 3
                else strpos(w.folded, own.folded) > 3 and other.more >= 6 and length(own.folded) >= 4
             end
             order by w.magnitude desc, w.lexeme
             limit :most)
        ) form on true
        order by own.number, own.position
        """;

    static final String RESEMBLANCES = """
        with token as materialized (
            select term.number::integer, place.position, token.lexeme,
                unaccent(search_stem(token.lexeme)) as folded,
                search_deletions(unaccent(search_stem(token.lexeme))) as deletions
            from unnest(cast(:terms as text[])) with ordinality as term (text, number)
                cross join search_language language
                cross join lateral unnest(to_tsvector(language.configuration, search_text(term.text))) as token
                cross join lateral unnest(token.positions) as place (position)
            where length(token.lexeme) between 4 and 61
        )
        select own.number, own.position, similar_word.lexeme, similar_word.magnitude, similar_word.folded, own.folded
        from token own cross join lateral (
            select w.lexeme, w.magnitude, w.folded
            from search_word w
            where search_deletions(w.folded) && own.deletions and w.folded <> own.folded
            order by w.magnitude desc, w.lexeme
            limit 100
        ) similar_word
        """;

    private final DatabaseClient database;

    private final TopicCatalogue topics;

    private final SearchProperties properties;

    /** By shape: what differs in values alone is one text. */
    private final Cache<Shape, FrequentQuery> statements =
            Caffeine.newBuilder().maximumSize(1_000).build();

    private record Shape(SearchQuery query, TextQuery.Shape text) {}

    SearchRepository(ReadDatabase reads, TopicCatalogue topics, SearchProperties properties) {
        this.database = DatabaseClient.create(reads.connections());
        this.topics = topics;
        this.properties = properties;
    }

    /** The words of these terms as documents hold them: inflected, within compounds, with accents; common ones first. */
    Mono<Vocabulary> vocabulary(List<Term> terms) {
        return database.sql(VOCABULARY)
                .bind("terms", terms.stream().map(Term::text).toArray(String[]::new))
                .bind("most", FORMS / Math.max(1, terms.size()))
                .bind("read", READ / Math.max(1, terms.size()))
                .map(SearchRepository::entries)
                .all()
                .flatMapIterable(entries -> entries)
                .collectList()
                .map(entries -> new Vocabulary(terms, entries));
    }

    private static List<Vocabulary.Entry> entries(Readable row) {
        int term = required(row, 0, Integer.class) - 1;
        int position = required(row, 1, Integer.class);
        Form itself = new Form(
                required(row, 2, String.class),
                Kind.WHOLE,
                required(row, 3, Boolean.class) ? Form.UNKNOWN_MAGNITUDE : 0);
        return Stream.of(itself, form(row))
                .filter(Objects::nonNull)
                .map(form -> new Vocabulary.Entry(term, position, form))
                .toList();
    }

    private static @Nullable Form form(Readable row) {
        String lexeme = row.get(4, String.class);
        return lexeme == null
                ? null
                : new Form(lexeme, Kind.valueOf(required(row, 5, String.class)), required(row, 6, Integer.class));
    }

    /** Words that may be one typing error away from a word of these terms, common ones first. */
    Flux<Resemblance> resemblances(List<Term> terms) {
        return database.sql(RESEMBLANCES)
                .bind("terms", terms.stream().map(Term::text).toArray(String[]::new))
                .map(row -> new Resemblance(
                        required(row, 0, Integer.class) - 1,
                        required(row, 1, Integer.class),
                        new Form(required(row, 2, String.class), Kind.TYPO, required(row, 3, Integer.class)),
                        required(row, 4, String.class),
                        required(row, 5, String.class)))
                .all();
    }

    Mono<Hit.Page> page(SearchQuery query, TextQuery text) {
        TextQuery.Shape found = text.shape();
        SearchStatement statement = new SearchStatement(query, found);
        FrequentQuery prepared = statements.get(
                new Shape(query.shape(), found),
                shape -> new FrequentQuery(new SearchStatement(shape.query, shape.text).text()));
        return topics.with(known -> prepared.run(
                        database.getConnectionFactory(),
                        statement.values(prepared.parameters(), text, properties.halfLife()),
                        row -> row(row, query, known))
                .collectList()
                .map(SearchRepository::page));
    }

    private static Hit.Page page(List<Hit.Row> rows) {
        Hit.Row first = rows.getFirst();
        List<Hit> hits =
                rows.stream().map(Hit.Row::hit).filter(Objects::nonNull).toList();
        return new Hit.Page(first.matched(), first.precedes(), first.total(), hits);
    }

    private static Hit.Row row(Readable row, SearchQuery query, Topics topics) {
        Long key = optional(row, Column.KEY, Long.class);
        return new Hit.Row(
                required(row, Column.MATCHED, Boolean.class),
                required(row, Column.PRECEDES, Boolean.class),
                required(row, Column.TOTAL, Integer.class),
                key == null ? null : hit(row, key, query, topics));
    }

    private static Hit hit(Readable row, long key, SearchQuery query, Topics topics) {
        Instant time = required(row, Column.PUBLISHED_AT, Instant.class);
        double score = required(row, Column.SCORE, Double.class);
        boolean highlights = query.parts().highlights();
        News news =
                query.columns().read(row, SearchStatement.columns(highlights).size(), key, time, topics);
        Position position = query.order() == SearchOrder.RELEVANCE
                ? new Position(Double.doubleToLongBits(score), key)
                : Position.of(time, key);
        return new Hit(news, position, score, highlights ? texts(row) : List.of(), List.of());
    }

    private static List<String> texts(Readable row) {
        String body = optional(row, Column.BODY, String.class);
        return List.of(
                required(row, Column.TITLE, String.class),
                required(row, Column.SUMMARY, String.class),
                body == null ? "" : CommonMark.toPlainText(body));
    }

    /** These texts with the lexemes of a text query between {@link Fragments#START} and {@link Fragments#STOP}. */
    Mono<List<String>> marked(List<String> texts, String lexemes) {
        return database.sql("""
            select ts_headline(l.configuration, search_text(t.text), cast(:lexemes as tsquery), :options)
            from search_language l cross join unnest(cast(:texts as text[])) with ordinality as t (text, number)
            order by t.number
            """)
                .bind("texts", texts.toArray(String[]::new))
                .bind("lexemes", lexemes)
                .bind("options", "HighlightAll=true, StartSel=" + Fragments.START + ", StopSel=" + Fragments.STOP)
                .mapValue(String.class)
                .all()
                .collectList();
    }

    /**
     * A word that shares all letters but one with another.
     *
     * @param folded the stem of the word of the newsroom, without accents
     * @param written the same of the word that was written
     */
    record Resemblance(int term, int position, Form form, String folded, String written) {

        boolean isTypingError() {
            return TypingError.separates(folded, written);
        }

        Vocabulary.Entry entry() {
            return new Vocabulary.Entry(term, position, form);
        }
    }
}
