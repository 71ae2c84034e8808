package se.utrop.syndication;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of news items, as the documents ask for it. */
record NewsPage(List<NewsItem> nodes, PageInfo pageInfo) {

    record PageInfo(
            boolean hasNextPage,
            boolean hasPreviousPage,
            @Nullable String startCursor,
            @Nullable String endCursor) {}
}
