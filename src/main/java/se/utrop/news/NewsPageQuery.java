package se.utrop.news;

import graphql.schema.DataFetchingFieldSelectionSet;
import se.utrop.paging.Window;

/** A page of news, and which parts of it are asked for. */
record NewsPageQuery(NewsList list, Window window, NewsSelection selection, Parts parts) {

    /** Each part that isn't asked for saves the statement some work. */
    record Parts(boolean items, boolean precedes, boolean follows, boolean total, boolean feed) {

        static final Parts ITEMS = new Parts(true, false, false, false, false);

        static Parts of(DataFetchingFieldSelectionSet selection, Window window) {
            return new Parts(
                    selection.containsAnyOf("nodes", "edges", "pageInfo"),
                    window.after() != null && selection.contains("pageInfo/hasPreviousPage"),
                    window.before() != null && selection.contains("pageInfo/hasNextPage"),
                    selection.contains("totalCount"),
                    selection.contains("feedCursor"));
        }
    }
}
