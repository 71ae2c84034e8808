package se.utrop.search;

import static se.utrop.sql.Columns.optional;
import static se.utrop.sql.Columns.required;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import se.utrop.database.ReadDatabase;
import se.utrop.news.News;
import se.utrop.paging.Position;
import se.utrop.search.SearchStatement.Column;
import se.utrop.sql.FrequentQuery;
import se.utrop.text.CommonMark;
import se.utrop.topic.TopicCatalogue;
import se.utrop.topic.Topics;

@Repository
class SearchRepository {

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
}
