package se.utrop.site;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import se.utrop.http.StoredQuery;
import se.utrop.site.Data.ArchivePage;
import se.utrop.site.Data.Month;
import se.utrop.site.Data.TopicsPage;

/** The pages that lead to lists: topics and series, and the archive. */
@PageController
class IndexController {

    private static final StoredQuery<TopicsPage> TOPICS = StoredQuery.of("site/TopicsPage", TopicsPage.class);

    private static final StoredQuery<ArchivePage> ARCHIVE = StoredQuery.of("site/ArchivePage", ArchivePage.class);

    private final Pages pages;

    private final Texts texts;

    IndexController(Pages pages, Site site) {
        this.pages = pages;
        this.texts = site.texts();
    }

    @GetMapping("/topics")
    Mono<Void> topics(ServerWebExchange exchange) {
        return pages.serve(
                exchange,
                "/topics",
                queries -> TOPICS.execute(queries, Map.of())
                        .map(data -> Page.of("topics", data, texts.get("topics.title"), "/topics")
                                .describedAs(texts.get("topics.description"))));
    }

    /** The months of the archive by year, the latest year first. */
    record Years(Map<Integer, List<Month>> months) {}

    @GetMapping("/archive")
    Mono<Void> archive(ServerWebExchange exchange) {
        return pages.serve(
                exchange,
                "/archive",
                queries -> ARCHIVE.execute(queries, Map.of())
                        .map(data -> Page.of("archive", years(data), texts.get("archive.title"), "/archive")
                                .describedAs(texts.get("archive.description"))));
    }

    private static Years years(ArchivePage data) {
        return new Years(data.archive().stream()
                .collect(Collectors.groupingBy(
                        Month::year, () -> new TreeMap<>(Comparator.reverseOrder()), Collectors.toList())));
    }
}
