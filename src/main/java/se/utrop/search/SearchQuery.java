package se.utrop.search;

import graphql.schema.DataFetchingFieldSelectionSet;
import se.utrop.news.NewsColumns;
import se.utrop.news.NewsCriteria;
import se.utrop.paging.Window;

/** A page of the matches of a text query under some criteria, and the parts of it that are requested. */
record SearchQuery(NewsCriteria criteria, SearchOrder order, Window window, NewsColumns columns, Parts parts) {

    SearchQuery with(NewsCriteria others) {
        return new SearchQuery(others, order, window, columns, parts);
    }

    /** The same for all that differ from it in values alone. */
    SearchQuery shape() {
        return new SearchQuery(criteria.shape(), order, window.shape(), columns, parts);
    }

    /** Each part that isn't asked for saves the statement some work. */
    record Parts(boolean precedes, boolean total, boolean highlights) {

        static Parts of(DataFetchingFieldSelectionSet selection) {
            return new Parts(
                    selection.contains("pageInfo/hasPreviousPage"),
                    selection.contains("totalCount"),
                    selection.contains("edges/highlights"));
        }
    }
}
