package se.utrop.site;

import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import se.utrop.http.StoredQuery;
import se.utrop.site.Data.FrontPage;
import se.utrop.site.Data.MonthPage;
import se.utrop.site.Data.NewsPage;
import se.utrop.site.Data.Topic;
import se.utrop.site.Data.TopicPage;

/** The pages that list news: the front page, a topic and a month. */
@PageController
class NewsListController {

    private static final StoredQuery<FrontPage> FRONT_PAGE = StoredQuery.of("site/FrontPage", FrontPage.class);

    private static final StoredQuery<TopicPage> TOPIC_PAGE = StoredQuery.of("site/TopicPage", TopicPage.class);

    private static final StoredQuery<MonthPage> MONTH_PAGE = StoredQuery.of("site/MonthPage", MonthPage.class);

    private final Pages pages;

    private final Texts texts;

    private final LivePages live;

    NewsListController(Pages pages, Site site, LivePages live) {
        this.pages = pages;
        this.texts = site.texts();
        this.live = live;
    }

    /** The front page, with the filter as parameters. */
    record FilteredFrontPage(FrontPage data, NewsQuery query) {

        NewsPage news() {
            return data.news();
        }
    }

    @GetMapping("/")
    Mono<Void> frontPage(ServerWebExchange exchange) {
        NewsQuery query = NewsQuery.of(exchange.getRequest().getQueryParams());
        ListAddress address =
                ListAddress.of("/", query::parameters, exchange.getRequest().getQueryParams());
        return pages.serve(
                exchange,
                address,
                queries -> FRONT_PAGE
                        .execute(queries, address.variables(query))
                        .map(data -> list("front", new FilteredFrontPage(data, query), "", address, query, data.news())
                                .describedAs(texts.get("front.description"))));
    }

    @GetMapping("/topics/{slug}")
    Mono<Void> topic(@PathVariable String slug, ServerWebExchange exchange) {
        NewsQuery query = NewsQuery.ofTopic(slug);
        ListAddress address = ListAddress.of(
                Parameters.path("/topics", slug), exchange.getRequest().getQueryParams());
        Map<String, @Nullable Object> variables = new LinkedHashMap<>(address.variables(query));
        variables.put("slug", slug);
        return pages.serve(
                exchange,
                address,
                queries -> TOPIC_PAGE
                        .execute(queries, variables)
                        .mapNotNull(data -> data.topicBySlug() == null
                                ? null
                                : topic(slug, data, data.topicBySlug(), address, query)));
    }

    /** The slug of a merged topic leads on. */
    private Page topic(String slug, TopicPage data, Topic topic, ListAddress address, NewsQuery query) {
        return slug.equals(topic.slug())
                ? list("topic", data, topic.name(), address, query, data.news()).describedAs(topic.description())
                : Page.moved(Parameters.path("/topics", topic.slug()));
    }

    /** A month, and the name that it has in the language of the site. */
    record NamedMonth(NewsPage news, String name) {}

    @GetMapping("/archive/{year:\\d{4}}/{month:\\d{1,2}}")
    Mono<Void> month(@PathVariable int year, @PathVariable int month, ServerWebExchange exchange) {
        ListAddress address = ListAddress.of(
                "/archive/%04d/%02d".formatted(year, month),
                exchange.getRequest().getQueryParams());
        return pages.serve(
                exchange,
                address,
                queries -> Mono.fromSupplier(() -> YearMonth.of(year, month))
                        .onErrorComplete(DateTimeException.class)
                        .flatMap(days -> {
                            NewsQuery query = NewsQuery.ofDays(
                                    days.atDay(1).toString(),
                                    days.atEndOfMonth().toString());
                            String name = texts.monthOf(month) + " " + year;
                            return MONTH_PAGE
                                    .execute(queries, address.variables(query))
                                    .map(data -> list(
                                            "month",
                                            new NamedMonth(data.news(), name),
                                            name,
                                            address,
                                            query,
                                            data.news()));
                        }));
    }

    private Page list(
            String template, Object model, String title, ListAddress address, NewsQuery query, NewsPage news) {
        return Page.of(template, model, title, address.toString())
                .withFeed(query.parameters().toString())
                .between(address.previous(news.pageInfo()), address.next(news.pageInfo()))
                .following(live.list(news, query, address));
    }
}
