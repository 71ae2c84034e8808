package se.utrop.feed;

import static se.utrop.sql.Columns.optional;
import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import se.utrop.database.ReadDatabase;
import se.utrop.feed.LoggedEvent.Content;
import se.utrop.feed.SearchMatches.Match;
import se.utrop.news.NewsColumns;
import se.utrop.news.NewsFacets;
import se.utrop.news.Significance;
import se.utrop.paging.Position;
import se.utrop.sql.SelectedColumn;
import se.utrop.topic.TopicCatalogue;
import se.utrop.topic.Topics;
import tools.jackson.databind.json.JsonMapper;

/** The log of events in the database. */
@Repository
class EventRepository {

    private enum Fact implements SelectedColumn {
        POSITION("e.position"),
        TYPE("e.type"),
        OCCURRED_AT("e.occurred_at"),
        PRECEDING_AT("(select occurred_at from event where position = e.position - 1)"),
        KEY("coalesce(e.news_id, e.topic_ids[1])"),
        SLUG("e.slug"),
        SIGNIFICANCE("""
            case when e.type = 'REVISED' then coalesce((\
            select significance from revision \
            where news_id = e.news_id and number = e.revision and number > p.revision), 'MINOR') end\
            """);

        private final String expression;

        Fact(String expression) {
            this.expression = expression;
        }

        @Override
        public String expression() {
            return expression;
        }
    }

    private enum Text implements SelectedColumn {
        REVISION("e.revision"),
        NOTE("case when e.revision > p.revision then r.note end"),
        REASON("gone.reason"),
        TOPIC("(select id from topic where id = e.topic_ids[1] and e.news_id is null)");

        private final String expression;

        Text(String expression) {
            this.expression = expression;
        }

        @Override
        public String expression() {
            return expression;
        }
    }

    /** What a filter needs of an event. */
    private static final String FACTS =
            String.join(", ", SelectedColumn.list(List.of(Fact.values())), NewsFacets.sql("p"), NewsFacets.sql("e"));

    private static final int BEFORE = Fact.values().length;
    private static final int AFTER = BEFORE + NewsFacets.COLUMNS;
    private static final int CONTENT = AFTER + NewsFacets.COLUMNS;

    private final DatabaseClient database;

    private final DatabaseClient primary;

    private final TopicCatalogue topics;

    private final NewsColumns news;

    EventRepository(ReadDatabase reads, DatabaseClient primary, TopicCatalogue topics, JsonMapper json) {
        this.database = DatabaseClient.create(reads.connections());
        this.primary = primary;
        this.topics = topics;
        this.news = NewsColumns.all(json);
    }

    /** Where the log stands. */
    Mono<Position> latest() {
        return database.sql("select occurred_at, position from feed")
                .map(row -> Position.of(required(row, 0, Instant.class), required(row, 1, Long.class)))
                .one();
    }

    /** Where the event of this number stands; empty where there is none. Another node may have read it before this one. */
    Mono<Position> position(long number) {
        return primary.sql("select occurred_at from event where position = :number")
                .bind("number", number)
                .map(row -> Position.of(required(row, 0, Instant.class), number))
                .one();
    }

    /** The events after this number, in their order, each with its content. */
    Mono<List<LoggedEvent>> after(long number, int limit) {
        return topics.with(known -> database.sql("""
            select %s, %s
            from event e
                left join event p on p.position = e.previous
                %s
            where e.position > :number
            order by e.position
            limit :limit
            """.formatted(FACTS, content(), contentTables()))
                .bind("number", number)
                .bind("limit", limit)
                .map(row -> event(row, true, content(row, CONTENT, known)))
                .all()
                .collectList());
    }

    /** The same with nothing but what a filter needs. */
    Mono<List<LoggedEvent>> factsAfter(long number, int limit) {
        return database.sql("""
            select %s, case
                when e.news_id is null then exists (select from topic where id = e.topic_ids[1])
                else exists (select from news where id = e.news_id)
            end
            from event e left join event p on p.position = e.previous
            where e.position > :number
            order by e.position
            limit :limit
            """.formatted(FACTS))
                .bind("number", number)
                .bind("limit", limit)
                .map(row -> event(row, required(row, CONTENT, Boolean.class), null))
                .all()
                .collectList();
    }

    /** The contents of these events, by their numbers. */
    Mono<Map<Long, Content>> contents(Collection<Long> numbers) {
        return topics.with(known -> database.sql("""
            select e.position, %s
            from event e
                left join event p on p.position = e.previous
                %s
            where e.position = any(:numbers)
            """.formatted(content(), contentTables()))
                .bind("numbers", numbers.toArray(Long[]::new))
                .map(row -> Map.entry(required(row, 0, Long.class), content(row, 1, known)))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /**
     * What searches find of these events, by the events' numbers and by the searches.
     *
     * @param queries the tsquery of each search
     */
    Mono<Map<Long, Map<String, Match>>> matches(Collection<Long> numbers, Map<String, String> queries) {
        List<String> searches = List.copyOf(queries.keySet());
        return database.sql("""
            select e.position, asked.number, d.before @@ asked.query, d.after @@ asked.query
            from event e
                cross join lateral (
                    select
                        (select event_document(p) from event p where p.position = e.previous) as before,
                        event_document(e) as after
                    offset 0
                ) d
                cross join lateral (
                    select number, cast(text as tsquery) as query
                    from unnest(cast(:queries as text[])) with ordinality as q (text, number)
                ) asked
            where e.position = any(:numbers)
            """)
                .bind("numbers", numbers.toArray(Long[]::new))
                .bind("queries", searches.stream().map(queries::get).toArray(String[]::new))
                .map(row -> new Found(
                        required(row, 0, Long.class),
                        searches.get(Math.toIntExact(required(row, 1, Long.class)) - 1),
                        new Match(row.get(2, Boolean.class), row.get(3, Boolean.class))))
                .all()
                .collect(Collectors.groupingBy(Found::number, Collectors.toMap(Found::search, Found::match)));
    }

    private record Found(long number, String search, Match match) {}

    private String content() {
        return SelectedColumn.list(List.of(Text.values())) + ", " + news.list();
    }

    private static String contentTables() {
        return """
            left join revision r on r.news_id = e.news_id and r.number = e.revision
            left join retraction gone on gone.news_id = e.news_id
            left join news n on n.id = e.news_id\
            """;
    }

    private static LoggedEvent event(Readable row, boolean isThere, @Nullable Content content) {
        NewsEventType type = NewsEventType.valueOf(required(row, Fact.TYPE, String.class));
        LoggedEvent event = new LoggedEvent(
                required(row, Fact.POSITION, Long.class),
                type,
                required(row, Fact.OCCURRED_AT, Instant.class),
                optional(row, Fact.PRECEDING_AT, Instant.class),
                required(row, Fact.KEY, Long.class),
                required(row, Fact.SLUG, String.class),
                significance(optional(row, Fact.SIGNIFICANCE, String.class)),
                NewsFacets.read(row, BEFORE),
                NewsFacets.read(row, AFTER),
                type == NewsEventType.RETRACTED || isThere,
                null);
        return content == null ? event : event.with(content);
    }

    private static @Nullable Significance significance(@Nullable String name) {
        return name == null ? null : Significance.valueOf(name);
    }

    private static Content.@Nullable Change change(Readable row, int from) {
        Integer revision = optional(row, from, Text.REVISION, Integer.class);
        return revision == null ? null : new Content.Change(revision, optional(row, from, Text.NOTE, String.class));
    }

    private Content content(Readable row, int from, Topics topics) {
        try {
            Long topic = optional(row, from, Text.TOPIC, Long.class);
            if (topic != null) {
                return Content.of(topics.required(topic).getFirst());
            }
            return new Content(
                    news.find(row, from + Text.values().length, topics),
                    change(row, from),
                    optional(row, from, Text.REASON, String.class),
                    null,
                    null);
        } catch (Topics.Later e) {
            throw e;
        } catch (RuntimeException e) {
            return Content.failed(e);
        }
    }
}
