package se.utrop.news;

import static se.utrop.sql.Columns.required;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.database.ReadDatabase;
import se.utrop.sql.FrequentQuery;
import se.utrop.topic.TopicCatalogue;
import se.utrop.topic.Topics;
import tools.jackson.databind.json.JsonMapper;

@Repository
class NewsRepository {

    private static final String CORRECTED_AT =
            "case when point.revision > 1 then figure_corrected_at(point.id, :name) end";

    private final DatabaseClient database;

    private final ConnectionFactory connections;

    private final TopicCatalogue topics;

    private final JsonMapper json;

    /** Of one news item, by what is selected of it. */
    private final Cache<SlugQuery, Prepared> queries =
            Caffeine.newBuilder().maximumSize(1_000).build();

    NewsRepository(ReadDatabase reads, TopicCatalogue topics, JsonMapper json) {
        this.database = DatabaseClient.create(reads.connections());
        this.connections = reads.connections();
        this.topics = topics;
        this.json = json;
    }

    /** The news item that has or had this slug. */
    Mono<News> bySlug(String slug, NewsSelection selection) {
        return bySlug(new SlugQuery(false, selection), slug)
                .switchIfEmpty(Mono.defer(() -> bySlug(new SlugQuery(true, selection), slug)));
    }

    /** @param former whether to look for a slug of the past: few readers follow one */
    private record SlugQuery(boolean former, NewsSelection selection) {}

    private Mono<News> bySlug(SlugQuery query, String slug) {
        Prepared prepared = queries.get(query, this::prepare);
        return topics.with(known -> prepared.query
                .run(connections, Map.of("slug", slug), row -> news(row, 0, prepared.columns, known))
                .singleOrEmpty());
    }

    private Prepared prepare(SlugQuery query) {
        NewsColumns columns = new NewsColumns(query.selection, json);
        String source = query.former
                ? "taken_slug t join news n on n.id = t.news_id where t.slug = :slug"
                : "news n where n.slug = :slug";
        return new Prepared(new FrequentQuery("select %s from %s".formatted(columns.list(), source)), columns);
    }

    private record Prepared(FrequentQuery query, NewsColumns columns) {}

    Flux<News> byKeys(Collection<Long> keys, NewsSelection selection) {
        return all("n.id = any(:asked)", keys.toArray(Long[]::new), selection);
    }

    Flux<News> bySlugs(Collection<String> slugs, NewsSelection selection) {
        return all("n.slug = any(:asked)", slugs.toArray(String[]::new), selection);
    }

    private Flux<News> all(String condition, Object asked, NewsSelection selection) {
        NewsColumns columns = new NewsColumns(selection, json);
        return topics.with(known -> database.sql("select %s from news n where %s".formatted(columns.list(), condition))
                        .bind("asked", asked)
                        .map(row -> news(row, 0, columns, known))
                        .all()
                        .collectList())
                .flatMapIterable(found -> found);
    }

    /** The report before each of these in its series, or the one after. */
    Mono<Map<Long, News>> neighbours(boolean next, Collection<Long> keys, NewsSelection selection) {
        NewsColumns columns = new NewsColumns(selection, json);
        String comparison = next ? ">" : "<";
        String direction = next ? "asc" : "desc";
        return topics.with(known -> database.sql("""
            select o.id, %s
            from news o cross join lateral (
                select k.id from news k
                where k.series_id = o.series_id and (k.published_at, k.id) %s (o.published_at, o.id)
                and k.withdrawn_at is null
                order by k.published_at %s, k.id %s
                limit 1
            ) found join news n on n.id = found.id
            where o.id = any(:keys)
            """.formatted(columns.list(), comparison, direction, direction))
                .bind("keys", keys.toArray(Long[]::new))
                .map(row -> Map.entry(required(row, 0, Long.class), news(row, 1, columns, known)))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The news that share most topics, and the series, with each of these: best first, then the nearest in time. */
    Mono<Map<Long, List<News>>> related(int first, Collection<Long> keys, NewsSelection selection) {
        NewsColumns columns = new NewsColumns(selection, json);
        return topics.with(known -> database.sql("""
            select o.id, %s
            from news o cross join lateral (
                select c.id, row_number() over (
                    order by s.shared desc, abs(extract(epoch from c.published_at - o.published_at)), c.id desc
                ) as rank
                from (
                    select near.id, near.published_at from news_topic own cross join lateral (
                        (select k.news_id, k.published_at from news_topic k
                         where k.topic_id = own.topic_id and (k.published_at, k.news_id) < (o.published_at, o.id)
                         order by k.published_at desc, k.news_id desc limit 50)
                        union all
                        (select k.news_id, k.published_at from news_topic k
                         where k.topic_id = own.topic_id and (k.published_at, k.news_id) > (o.published_at, o.id)
                         order by k.published_at, k.news_id limit 50)
                    ) near (id, published_at)
                    where own.news_id = o.id
                    union
                    (select k.id, k.published_at from news k
                     where k.series_id = o.series_id and (k.published_at, k.id) < (o.published_at, o.id)
                     order by k.published_at desc, k.id desc limit 50)
                    union
                    (select k.id, k.published_at from news k
                     where k.series_id = o.series_id and (k.published_at, k.id) > (o.published_at, o.id)
                     order by k.published_at, k.id limit 50)
                ) c cross join lateral (
                    select (
                        select count(*) from news_topic a join news_topic b using (topic_id)
                        where a.news_id = o.id and b.news_id = c.id
                    ) + (
                        select count(*) from news d where d.id = c.id and d.series_id = o.series_id
                    ) as shared
                ) s
                where not exists (select from news w where w.id = c.id and w.withdrawn_at is not null)
                order by rank
                limit :first
            ) found join news n on n.id = found.id
            where o.id = any(:keys)
            order by o.id, found.rank
            """.formatted(columns.list()))
                .bind("first", first)
                .bind("keys", keys.toArray(Long[]::new))
                .map(row -> Map.entry(required(row, 0, Long.class), news(row, 1, columns, known)))
                .all()
                .collectMultimap(Map.Entry::getKey, Map.Entry::getValue)
                .map(found -> lists(keys, found)));
    }

    /** What the reports of each series counted under this name, oldest first, the latest 10,000. */
    Mono<Map<Long, List<FigurePoint>>> points(PointQuery query, Collection<Long> seriesKeys) {
        NewsCriteria days = query.days();
        NewsColumns columns = new NewsColumns(query.selection(), json);
        return topics.with(known -> database.sql("""
            select s.id, point.value, point.change, point.label, point.unit, %s, %s
            from series s cross join lateral (
                select k.id, k.published_at, k.revision, f.value, f.change, f.label, f.unit
                from news k join figure f on f.news_id = k.id and f.name = :name
                where k.series_id = s.id
                and k.published_at >= cast(:since as timestamptz)
                and k.published_at < cast(:until as timestamptz)
                order by k.published_at desc, k.id desc
                limit 10000
            ) point%s
            where s.id = any(:keys)
            order by s.id, point.published_at, point.id
            """.formatted(
                                query.corrections() ? CORRECTED_AT : "null::timestamptz",
                                columns.list("point"),
                                columns.isEmpty() ? "" : " join news n on n.id = point.id"))
                .bind("name", query.name())
                .bind("since", days.since() == null ? "-infinity" : days.since().toString())
                .bind("until", days.until() == null ? "infinity" : days.until().toString())
                .bind("keys", seriesKeys.toArray(Long[]::new))
                .map(row -> Map.entry(required(row, 0, Long.class), point(row, columns, known)))
                .all()
                .collectMultimap(Map.Entry::getKey, Map.Entry::getValue)
                .map(found -> lists(seriesKeys, found)));
    }

    private static FigurePoint point(Readable row, NewsColumns columns, Topics topics) {
        return new FigurePoint(
                required(row, 1, Double.class),
                row.get(2, Double.class),
                required(row, 3, String.class),
                row.get(4, String.class),
                row.get(5, Instant.class),
                news(row, 6, columns, topics));
    }

    private static News news(Readable row, int from, NewsColumns columns, Topics topics) {
        return Objects.requireNonNull(columns.find(row, from, topics));
    }

    private static <T> Map<Long, List<T>> lists(Collection<Long> keys, Map<Long, Collection<T>> found) {
        return keys.stream()
                .collect(Collectors.toMap(key -> key, key -> new ArrayList<>(found.getOrDefault(key, List.of()))));
    }
}
