package se.utrop.news;

import graphql.schema.DataFetchingFieldSelectionSet;
import se.utrop.paging.Window;

/** A page of news, and the parts of it that are requested. */
record NewsPageQuery(NewsList list, Window window, NewsSelection selection, Parts parts) {

    NewsPageQuery with(NewsCriteria criteria) {
        return new NewsPageQuery(list.with(criteria), window, selection, parts);
    }

    /** The same for all that differ from it in values alone. */
    NewsPageQuery shape() {
        return new NewsPageQuery(list.shape(), window.shape(), selection, parts);
    }

    /** Each part that isn't asked for saves the statement some work. */
    record Parts(boolean items, boolean precedes, boolean follows, boolean total, boolean feed) {

        static final Parts ITEMS = new Parts(true, false, false, false, false);

        static Parts of(DataFetchingFieldSelectionSet selection) {
            return new Parts(
                    selection.containsAnyOf("nodes", "edges", "pageInfo"),
                    selection.contains("pageInfo/hasPreviousPage"),
                    selection.contains("pageInfo/hasNextPage"),
                    selection.contains("totalCount"),
                    selection.contains("feedCursor"));
        }

        /** Whether there are any but its items. */
        boolean ofPage() {
            return precedes || follows || total || feed;
        }

        /** Without what needn't be read: what lies beyond the cursor that a page is counted from, and only there. */
        Parts in(Window window) {
            return new Parts(
                    items,
                    precedes && window.forward() && window.after() != null,
                    follows && !window.forward() && window.before() != null,
                    total,
                    feed);
        }
    }
}
