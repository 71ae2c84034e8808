package se.utrop.news;

import org.jspecify.annotations.Nullable;
import se.utrop.paging.PageArguments;

/** The arguments of a field that lists news. */
record NewsArguments(
        @Nullable NewsFilter filter,
        NewsOrder orderBy,
        @Nullable Integer first,
        @Nullable String after,
        @Nullable Integer last,
        @Nullable String before) {

    PageArguments page() {
        return new PageArguments(first, after, last, before);
    }
}
