package se.utrop.news;

import reactor.core.publisher.Mono;

/** Finds out what a text looks for in the search index. */
public interface TextSearch {

    /** The tsquery that documents of {@code news_search} match now if they hold all words of the text; empty if none can. */
    Mono<String> query(String text);
}
