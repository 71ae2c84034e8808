package se.utrop.feed;

import static se.utrop.database.Columns.required;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import se.utrop.news.NewsColumns;
import se.utrop.news.NewsFacets;
import se.utrop.news.NewsKind;
import se.utrop.news.Urgency;
import se.utrop.paging.Position;
import se.utrop.topic.TopicCatalogue;
import se.utrop.topic.Topics;
import tools.jackson.databind.json.JsonMapper;

@Repository
class EventRepository {

    private static final int FACETS = 5;

    private final DatabaseClient database;

    private final TopicCatalogue topics;

    private final NewsColumns news;

    EventRepository(DatabaseClient database, TopicCatalogue topics, JsonMapper json) {
        this.database = database;
        this.topics = topics;
        this.news = NewsColumns.all(json);
    }

    /** Where the log stands. */
    Mono<Position> latest() {
        return database.sql("select occurred_at, position from feed")
                .map(row -> Position.of(required(row, 0, Instant.class), required(row, 1, Long.class)))
                .one();
    }

    /** Where the event of this number stands; empty where there is none. */
    Mono<Position> position(long number) {
        return database.sql("select occurred_at from event where position = :number")
                .bind("number", number)
                .map(row -> Position.of(required(row, 0, Instant.class), number))
                .one();
    }

    /** The events behind this number, in their order, each with its news item as it reads now. */
    Mono<List<LoggedEvent>> after(long number, int limit) {
        return topics.with(known -> database.sql("""
            select e.position, e.type, e.occurred_at,
                (select occurred_at from event where position = e.position - 1), e.news_id, e.slug,
                case when e.revision > p.revision then r.note end, gone.reason, %s, %s, n.id, n.published_at%s
            from event e
                left join event p on p.position = e.previous
                left join revision r on r.news_id = e.news_id and r.number = e.revision
                left join retraction gone on gone.news_id = e.news_id and e.type = 'RETRACTED'
                left join news n on n.id = e.news_id
            where e.position > :number
            order by e.position
            limit :limit
            """.formatted(facets("p"), facets("e"), news.sql()))
                .bind("number", number)
                .bind("limit", limit)
                .map(row -> event(row, known))
                .all()
                .collectList());
    }

    private static String facets(String event) {
        return """
            %1$s.kind, %1$s.urgency, %1$s.published_at, (select slug from series where id = %1$s.series_id),
            array(select slug from topic where id = any(%1$s.topic_ids))\
            """.formatted(event);
    }

    private LoggedEvent event(Readable row, Topics topics) {
        int before = 8;
        int after = before + FACETS;
        int key = after + FACETS;
        Long newsKey = row.get(key, Long.class);
        return new LoggedEvent(
                required(row, 0, Long.class),
                NewsEventType.valueOf(required(row, 1, String.class)),
                required(row, 2, Instant.class),
                row.get(3, Instant.class),
                required(row, 4, Long.class),
                required(row, 5, String.class),
                facets(row, before),
                facets(row, after),
                newsKey == null
                        ? null
                        : news.read(row, key + 2, newsKey, required(row, key + 1, Instant.class), topics),
                row.get(6, String.class),
                row.get(7, String.class));
    }

    private static @Nullable NewsFacets facets(Readable row, int from) {
        String kind = row.get(from, String.class);
        return kind == null
                ? null
                : new NewsFacets(
                        required(row, from + 2, Instant.class),
                        NewsKind.valueOf(kind),
                        Urgency.valueOf(required(row, from + 1, String.class)),
                        row.get(from + 3, String.class),
                        Set.of(required(row, from + 4, String[].class)));
    }
}
