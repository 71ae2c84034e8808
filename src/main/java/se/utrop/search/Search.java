package se.utrop.search;

import java.util.List;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Finds news by the words of a query. If none match, it looks for words that are one typing error away. */
@Component
class Search {

    private static final int TYPOS_FROM = 5;

    private final SearchRepository repository;

    Search(SearchRepository repository) {
        this.repository = repository;
    }

    Mono<Hit.Page> find(Expression expression, SearchQuery query) {
        List<Expression.Term> terms = expression.terms();
        return repository
                .vocabulary(terms)
                .flatMap(vocabulary -> find(expression, vocabulary, query)
                        .flatMap(page -> page.matched()
                                ? Mono.just(page)
                                : withTypos(expression, vocabulary)
                                        .flatMap(wider -> find(expression, wider, query))
                                        .defaultIfEmpty(page)));
    }

    private Mono<Vocabulary> withTypos(Expression expression, Vocabulary vocabulary) {
        List<Expression.Term> terms = expression.wantedTerms().stream()
                .filter(term -> term.text().codePoints().count() >= TYPOS_FROM)
                .toList();
        return terms.isEmpty()
                ? Mono.empty()
                : repository
                        .resemblances(terms)
                        .filter(SearchRepository.Resemblance::isTypingError)
                        .map(SearchRepository.Resemblance::entry)
                        .collectList()
                        .filter(typos -> !typos.isEmpty())
                        .map(typos -> vocabulary.with(terms, typos));
    }

    private Mono<Hit.Page> find(Expression expression, Vocabulary vocabulary, SearchQuery query) {
        TextQuery text = new TextQuery(expression, vocabulary);
        if (text.isEmpty()) {
            return Mono.just(Hit.Page.EMPTY);
        }
        Mono<Hit.Page> page = repository.page(query, text);
        return query.parts().highlights() ? page.flatMap(found -> highlighted(found, text)) : page;
    }

    private Mono<Hit.Page> highlighted(Hit.Page page, TextQuery text) {
        if (page.hits().isEmpty()) {
            return Mono.just(page);
        }
        List<String> texts =
                page.hits().stream().flatMap(hit -> hit.texts().stream()).toList();
        return repository.marked(texts, text.marks()).map(marked -> page.with(highlighted(page.hits(), marked)));
    }

    private static List<Hit> highlighted(List<Hit> hits, List<String> marked) {
        return IntStream.range(0, hits.size())
                .mapToObj(i -> {
                    Hit hit = hits.get(i);
                    int from = i * hit.texts().size();
                    return hit.with(Fragments.of(
                            hit.texts(), marked.subList(from, from + hit.texts().size())));
                })
                .toList();
    }
}
