package se.utrop.syndication;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.graphql.Limits;
import se.utrop.http.Queries;
import se.utrop.http.Rendering;
import se.utrop.http.StoredQuery;
import se.utrop.syndication.Sitemap.Address;
import se.utrop.syndication.Sitemap.Entry;

/** Renders sitemaps from the answers to queries. */
@Component
class Sitemaps {

    /** The most addresses that a sitemap may have. */
    private static final int MOST_ADDRESSES = 50_000;

    /** The most and the oldest news that a news sitemap may have. */
    private static final int MOST_LATEST = 1_000;

    private static final Duration OLDEST_LATEST = Duration.ofDays(2);

    private static final List<String> FIXED = List.of("/", "/topics", "/archive");

    private static final MediaType XML = new MediaType(MediaType.APPLICATION_XML, StandardCharsets.UTF_8);

    private final StoredQuery<Months> months = StoredQuery.of("syndication/SitemapMonths", Months.class);
    private final StoredQuery<Lists> lists = StoredQuery.of("syndication/SitemapOfLists", Lists.class);
    private final StoredQuery<News> news = StoredQuery.of("syndication/SitemapOfNews", News.class);

    private final int pageSize;

    Sitemaps(Limits limits) {
        this.pageSize = Math.min(FeedRequest.HIGHEST_LIMIT, limits.pageSize());
    }

    private record Months(List<Month> archive) {}

    private record Month(int year, int month) {

        @Override
        public String toString() {
            return YearMonth.of(year, month).toString();
        }
    }

    private record Lists(List<Slug> topics, List<Slug> series) {}

    private record Slug(String slug) {}

    private record News(Page page) {}

    private record Page(List<Entry> nodes, PageInfo pageInfo) {}

    private record PageInfo(boolean hasNextPage, @Nullable String endCursor) {}

    /** Lists a sitemap for each month that has news. */
    Mono<Rendering> index(Publisher publisher, Queries queries) {
        return months.execute(queries, Map.of())
                .map(answer -> Stream.concat(
                                Stream.of(Sitemap.LISTS, Sitemap.LATEST),
                                answer.archive().stream().map(Month::toString))
                        .toList())
                .map(parts -> rendering(Sitemap.index(publisher, parts)));
    }

    Mono<Rendering> lists(Publisher publisher, Queries queries) {
        return lists.execute(queries, Map.of()).map(answer -> rendering(Sitemap.of(publisher, addresses(answer))));
    }

    private static List<Address> addresses(Lists lists) {
        List<Address> addresses = new ArrayList<>();
        FIXED.forEach(path -> addresses.add(new Address(path, null)));
        lists.topics().forEach(topic -> addresses.add(new Address("/topics/" + topic.slug(), null)));
        lists.series().forEach(series -> addresses.add(new Address("/series/" + series.slug(), null)));
        return addresses;
    }

    Mono<Rendering> month(Publisher publisher, YearMonth month, Queries queries) {
        Map<String, Object> days = Map.of(
                "from", month.atDay(1).toString(), "to", month.atEndOfMonth().toString());
        return news(queries, Map.of("publishedOn", days))
                .take(MOST_ADDRESSES)
                .map(item -> new Address("/news/" + item.slug(), item.updatedAt()))
                .collectList()
                .map(addresses -> rendering(Sitemap.of(publisher, addresses)));
    }

    /** The start of the news sitemap's range, on the full hour, so that the address is cached for an hour. */
    static Instant latestSince(Instant now) {
        return now.truncatedTo(ChronoUnit.HOURS).minus(OLDEST_LATEST);
    }

    Mono<Rendering> latest(Publisher publisher, Instant since, Queries queries) {
        return news(queries, Map.of("publishedAt", Map.of("since", since.toString())))
                .take(MOST_LATEST)
                .collectList()
                .map(entries -> rendering(Sitemap.ofLatest(publisher, entries)));
    }

    /** Newest first. Pages are read as they are needed. */
    private Flux<Entry> news(Queries queries, Map<String, Object> filter) {
        return page(queries, filter, null)
                .expand(page -> page.pageInfo().hasNextPage()
                        ? page(queries, filter, page.pageInfo().endCursor())
                        : Mono.empty())
                .concatMapIterable(Page::nodes);
    }

    private Mono<Page> page(Queries queries, Map<String, Object> filter, @Nullable String after) {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        variables.put("filter", filter);
        variables.put("first", pageSize);
        variables.put("after", after);
        return news.execute(queries, variables).map(News::page);
    }

    private static Rendering rendering(byte[] xml) {
        return Rendering.of(HttpStatus.OK, XML, xml);
    }
}
