package se.utrop.search;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.news.TextSearch;

/** Looks up what the search of a filter stands for: all of its words, as {@link Search} finds them. */
@Component
class SearchIndex implements TextSearch {

    private final Search search;

    SearchIndex(Search search) {
        this.search = search;
    }

    @Override
    public Mono<String> query(String text) {
        return search.question(text).map(question -> question.strict().exact());
    }
}
