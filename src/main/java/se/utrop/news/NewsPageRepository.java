package se.utrop.news;

import static se.utrop.database.Columns.required;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import se.utrop.database.NamedParameters;
import se.utrop.paging.Position;
import se.utrop.topic.TopicCatalogue;
import se.utrop.topic.Topics;
import tools.jackson.databind.json.JsonMapper;

/**
 * Pages of news: one statement for any number of parents, which reads the keys of each page from one index (or, where
 * several topics or urgencies are asked for, merges as many short reads of one), and then the rows of the page alone.
 */
@Repository
class NewsPageRepository {

    private final DatabaseClient database;

    private final TopicCatalogue topics;

    private final JsonMapper json;

    /** By shape: what differs in values alone is one text. */
    private final Cache<NewsPageQuery, Prepared> statements =
            Caffeine.newBuilder().maximumSize(1_000).build();

    NewsPageRepository(DatabaseClient database, TopicCatalogue topics, JsonMapper json) {
        this.database = database;
        this.topics = topics;
        this.json = json;
    }

    /** The page of each parent; the one of the list of all news goes under the key 0. */
    Mono<Map<Long, FoundPage>> find(NewsPageQuery query, Collection<Long> parents) {
        Prepared prepared = statements.get(query.shape(), this::prepare);
        return topics.with(known -> database.sql(prepared.text)
                .bindValues(new NewsPageStatement(query).values(prepared.parameters, parents))
                .map(row -> FoundRow.read(row, prepared.columns, known))
                .all()
                .collect(
                        LinkedHashMap::new,
                        (pages, row) -> pages.computeIfAbsent(row.parent(), row::newPage)
                                .add(row)));
    }

    private Prepared prepare(NewsPageQuery shape) {
        NewsColumns columns = new NewsColumns(shape.selection(), json);
        String text = new NewsPageStatement(shape).text(columns);
        return new Prepared(text, NamedParameters.of(text), columns);
    }

    private record Prepared(String text, Set<String> parameters, NewsColumns columns) {}

    /** What a statement found of one page, as it was read: from the window's start, or from its end. */
    record FoundPage(
            int total,
            boolean precedes,
            boolean follows,
            @Nullable Position feed,
            List<News> news) {

        private void add(FoundRow row) {
            if (row.news() != null) {
                news.add(row.news());
            }
        }
    }

    private record FoundRow(
            long parent,
            int total,
            boolean precedes,
            boolean follows,
            @Nullable Position feed,
            @Nullable News news) {

        static final int COLUMNS = 8;

        static FoundRow read(Readable row, NewsColumns columns, Topics topics) {
            Long feed = row.get(4, Long.class);
            Long key = row.get(6, Long.class);
            return new FoundRow(
                    required(row, 0, Long.class),
                    required(row, 1, Integer.class),
                    required(row, 2, Boolean.class),
                    required(row, 3, Boolean.class),
                    feed == null ? null : Position.of(required(row, 5, Instant.class), feed),
                    key == null ? null : columns.read(row, COLUMNS, key, required(row, 7, Instant.class), topics));
        }

        FoundPage newPage(long parent) {
            return new FoundPage(total, precedes, follows, feed, new ArrayList<>());
        }
    }
}
