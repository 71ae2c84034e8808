package se.utrop.search;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.news.TextSearch;

/** Translates the search text of a filter into a tsquery: of all its words, as {@link Search} finds them. */
@Component
class SearchIndex implements TextSearch {

    private final Search search;

    SearchIndex(Search search) {
        this.search = search;
    }

    @Override
    public Mono<String> query(String text) {
        return search.parsed(text).map(parsed -> parsed.strict().exact());
    }
}
