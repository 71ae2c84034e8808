package se.utrop.news;

import reactor.core.publisher.Mono;

/** Translates the search text of a filter into a tsquery. */
public interface TextSearch {

    /** The tsquery that documents of {@code news_search} match now if they hold all words of the text; empty if none can. */
    Mono<String> query(String text);
}
