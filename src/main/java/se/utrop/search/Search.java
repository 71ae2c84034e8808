package se.utrop.search;

import java.util.List;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Finds news by the words of a query. */
@Component
class Search {

    private final SearchRepository repository;

    private final VocabularyRepository words;

    private final SynonymCatalogue synonyms;

    Search(SearchRepository repository, VocabularyRepository words, SynonymCatalogue synonyms) {
        this.repository = repository;
        this.words = words;
        this.synonyms = synonyms;
    }

    /** The news that hold every word of the query, and behind them, if the page has room, those that hold most of it. */
    Mono<SearchResult> find(String text, SearchQuery query) {
        return parsed(text)
                .flatMap(parsed -> find(parsed.strict, query)
                        .map(page ->
                                new SearchResult(page, SearchMatching.ALL_WORDS, null, parsed.vocabulary.subjects()))
                        .flatMap(result ->
                                hasRoom(result.page(), query) ? relaxed(parsed, query, result) : Mono.just(result)));
    }

    /** What a query asks for, with the words of the newsroom that it may mean. */
    Mono<ParsedQuery> parsed(String text) {
        return synonyms.widen(QueryReader.read(text))
                .flatMap(expression -> words.vocabulary(expression.terms())
                        .map(vocabulary ->
                                new ParsedQuery(text, expression, vocabulary, new TextQuery(expression, vocabulary))));
    }

    /**
     * A parsed query.
     *
     * @param strict matches the news that hold all words
     */
    record ParsedQuery(String text, Expression expression, Vocabulary vocabulary, TextQuery strict) {

        /** The words of these terms that may be others. */
        List<Word> candidates(List<Expression.Term> wanted) {
            List<Expression.Term> terms = expression.terms();
            return Alternatives.candidates(vocabulary.words().stream()
                    .filter(word -> wanted.contains(terms.get(word.term())))
                    .toList());
        }
    }

    /** In the order of time, news that hold less would stand among the others. */
    private static boolean hasRoom(Hit.Page page, SearchQuery query) {
        return !page.matched()
                || (query.order() == SearchOrder.RELEVANCE
                        && page.hits().size() <= query.window().size());
    }

    private Mono<SearchResult> relaxed(ParsedQuery parsed, SearchQuery query, SearchResult result) {
        RelaxedQuery relaxed = RelaxedQuery.of(parsed.expression, parsed.vocabulary);
        return words.alternatives(parsed.candidates(relaxed.expression().wantedTerms()))
                .flatMap(alternatives -> alternatives.isEmpty()
                        ? relaxed(parsed, relaxed, alternatives, parsed.vocabulary, query, result)
                        : words.vocabulary(alternatives.terms(relaxed.expression()))
                                .flatMap(found -> relaxed(
                                        parsed,
                                        relaxed,
                                        alternatives.occurring(found),
                                        parsed.vocabulary.and(found),
                                        query,
                                        result)));
    }

    private Mono<SearchResult> relaxed(
            ParsedQuery parsed,
            RelaxedQuery relaxed,
            Alternatives alternatives,
            Vocabulary vocabulary,
            SearchQuery query,
            SearchResult result) {
        if (!relaxed.adds() && alternatives.isEmpty()) {
            return Mono.just(result);
        }
        String corrected = alternatives.corrected(parsed.text, parsed.vocabulary);
        SearchMatching matching = corrected == null ? SearchMatching.MOST_WORDS : SearchMatching.CORRECTED;
        return find(TextQuery.beside(parsed.strict, alternatives.in(relaxed.expression()), vocabulary), query)
                .map(page -> result.followedBy(
                        page, matching, corrected, query.window().read() + 1));
    }

    private Mono<Hit.Page> find(TextQuery text, SearchQuery query) {
        if (text.isEmpty() || text.isImpossible()) {
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
