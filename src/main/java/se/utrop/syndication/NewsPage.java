package se.utrop.syndication;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of news items, as the documents ask for it.
 *
 * @param matching of a search, how well the items match; null without one
 */
record NewsPage(
        List<NewsItem> nodes, PageInfo pageInfo, @Nullable String matching) {

    private static final String ALL_WORDS = "ALL_WORDS";

    /** Without news items that hold only some of the words: in a feed they would come and go. */
    NewsPage exact() {
        return matching == null || matching.equals(ALL_WORDS)
                ? this
                : new NewsPage(List.of(), new PageInfo(false, false, null, null), matching);
    }

    record PageInfo(
            boolean hasNextPage,
            boolean hasPreviousPage,
            @Nullable String startCursor,
            @Nullable String endCursor) {}
}
