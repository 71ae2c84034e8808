package se.utrop.site;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import se.utrop.http.StoredQuery;
import se.utrop.site.Data.Hits;
import se.utrop.site.Data.SearchPage;

/** The page of hits. */
@PageController
class SearchPageController {

    private static final StoredQuery<SearchPage> SEARCH = StoredQuery.of("site/SearchPage", SearchPage.class);

    private static final String NEWEST = "newest";

    private final Pages pages;

    private final Texts texts;

    SearchPageController(Pages pages, Site site) {
        this.pages = pages;
        this.texts = site.texts();
    }

    /** A search and its hits; null before a search. */
    record SearchResult(
            String query, boolean newestFirst, @Nullable Hits hits) {

        /** The address of the search as it may be meant. */
        public String corrected() {
            return "/search" + new Parameters().add("q", hits == null ? null : hits.correctedQuery());
        }
    }

    @GetMapping("/search")
    Mono<Void> search(ServerWebExchange exchange) {
        MultiValueMap<String, String> parameters = exchange.getRequest().getQueryParams();
        String query = NewsQuery.value(parameters, "q");
        String order = NEWEST.equals(parameters.getFirst("order")) ? NEWEST : null;
        ListAddress address =
                ListAddress.of("/search", () -> new Parameters().add("q", query).add("order", order), parameters);
        return pages.serve(
                exchange,
                address,
                queries -> query == null
                        ? Mono.just(Page.of(
                                "search", new SearchResult("", false, null), texts.get("search.title"), "/search"))
                        : SEARCH.execute(queries, variables(query, order, address))
                                .map(data -> page(new SearchResult(query, order != null, data.searchNews()), address)));
    }

    private static Map<String, @Nullable Object> variables(String query, @Nullable String order, ListAddress address) {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        variables.put("query", query);
        variables.put("orderBy", order == null ? "RELEVANCE" : "NEWEST_FIRST");
        if (address.after() != null) {
            variables.put("after", address.after());
        }
        return variables;
    }

    private Page page(SearchResult result, ListAddress address) {
        Hits hits = result.hits();
        return Page.of("search", result, texts.get("search.results", result.query()), address.toString())
                .withFeed(new Parameters().add("q", result.query()).toString())
                .between(null, hits == null ? null : address.next(hits.pageInfo()));
    }
}
