package se.utrop.news;

import static se.utrop.sql.Columns.optional;
import static se.utrop.sql.Columns.required;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import se.utrop.database.ReadDatabase;
import se.utrop.news.NewsPageStatement.Column;
import se.utrop.news.NewsPageStatement.Page;
import se.utrop.paging.Position;
import se.utrop.sql.FrequentQuery;
import se.utrop.sql.RowValue;
import se.utrop.topic.TopicCatalogue;
import se.utrop.topic.Topics;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads pages of news, with one statement for any number of parents. It reads the keys of each page from one index, or merges
 * several short scans of one index if several topics or urgencies are requested, and then only the rows of the page.
 */
@Repository
class NewsPageRepository {

    private final ConnectionFactory connections;

    private final TopicCatalogue topics;

    private final JsonMapper json;

    /** By shape: what differs in values alone is one text. */
    private final Cache<NewsPageQuery, Prepared> queries =
            Caffeine.newBuilder().maximumSize(1_000).build();

    NewsPageRepository(ReadDatabase reads, TopicCatalogue topics, JsonMapper json) {
        this.connections = reads.connections();
        this.topics = topics;
        this.json = json;
    }

    /** The page of each parent; the one of the list of all news goes under the key 0. */
    Mono<Map<Long, FoundPage>> find(NewsPageQuery query, Collection<Long> parents) {
        Prepared prepared = queries.get(query.shape(), this::prepare);
        NewsPageStatement statement = new NewsPageStatement(query);
        Map<String, Object> values = statement.values(prepared.query.parameters(), parents);
        return topics.with(known -> {
            FoundPages found = new FoundPages(prepared.columns, known);
            return prepared.query
                    .run(connections, values, found::add)
                    .then(Mono.fromSupplier(() -> found.sorted(statement.descending())));
        });
    }

    private Prepared prepare(NewsPageQuery shape) {
        NewsColumns columns = new NewsColumns(shape.selection(), json);
        return new Prepared(new FrequentQuery(new NewsPageStatement(shape).text(columns)), columns);
    }

    private record Prepared(FrequentQuery query, NewsColumns columns) {}

    /** What a statement found of one page, as it was read: from the window's start, or from its end. */
    record FoundPage(
            int total,
            boolean precedes,
            boolean follows,
            @Nullable Position feed,
            List<News> news) {

        private static FoundPage of(@Nullable RowValue page) {
            if (page == null) {
                return new FoundPage(0, false, false, null, new ArrayList<>());
            }
            Long feed = optional(page, Page.FEED_POSITION, Long.class);
            return new FoundPage(
                    required(page, Page.TOTAL, Integer.class),
                    required(page, Page.PRECEDES, Boolean.class),
                    required(page, Page.FOLLOWS, Boolean.class),
                    feed == null ? null : Position.of(required(page, Page.FEED_TIME, Instant.class), feed),
                    new ArrayList<>());
        }
    }

    /** The pages of one statement, as its rows come in. */
    private static final class FoundPages {

        private static final Comparator<News> OLDEST_FIRST =
                Comparator.comparing(News::publishedAt).thenComparingLong(News::key);

        private final NewsColumns columns;

        private final Topics topics;

        private final Map<Long, FoundPage> pages = new HashMap<>();

        FoundPages(NewsColumns columns, Topics topics) {
            this.columns = columns;
            this.topics = topics;
        }

        /** What a row has of the whole page is read of its first. */
        FoundPage add(Readable row) {
            FoundPage page = pages.computeIfAbsent(
                    required(row, Column.PARENT, Long.class),
                    parent -> FoundPage.of(optional(row, Column.PAGE, RowValue.class)));
            Long key = optional(row, Column.KEY, Long.class);
            if (key != null) {
                Instant time = required(row, Column.PUBLISHED_AT, Instant.class);
                page.news.add(columns.read(row, Column.values().length, key, time, topics));
            }
            return page;
        }

        Map<Long, FoundPage> sorted(boolean descending) {
            Comparator<News> order = descending ? OLDEST_FIRST.reversed() : OLDEST_FIRST;
            pages.values().forEach(page -> page.news.sort(order));
            return pages;
        }
    }
}
