package se.utrop.search;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.news.TextSearch;

/** Looks up what the search of a filter stands for: all of its words, as {@link Search} finds them. */
@Component
class SearchIndex implements TextSearch {

    private final SynonymCatalogue synonyms;

    private final SearchRepository repository;

    SearchIndex(SynonymCatalogue synonyms, SearchRepository repository) {
        this.synonyms = synonyms;
        this.repository = repository;
    }

    @Override
    public Mono<String> query(String text) {
        return synonyms.widen(QueryReader.read(text))
                .flatMap(expression -> repository
                        .vocabulary(expression.terms())
                        .map(vocabulary -> new TextQuery(expression, vocabulary).exact()));
    }
}
