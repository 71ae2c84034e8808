package se.utrop.search;

import org.jspecify.annotations.Nullable;
import se.utrop.news.NewsFilter;
import se.utrop.paging.PageArguments;

/** The arguments of a search. */
record SearchArguments(
        String query,
        @Nullable NewsFilter filter,
        SearchOrder orderBy,
        @Nullable Integer first,
        @Nullable String after) {

    PageArguments page() {
        return new PageArguments(first, after, null, null);
    }
}
