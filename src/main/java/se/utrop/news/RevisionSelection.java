package se.utrop.news;

import graphql.schema.DataFetchingFieldSelectionSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The parts of revisions that a request reads.
 *
 * @param body the body, by far the longest column
 * @param details what a revision showed beside its texts
 * @param changes the revision before, with its body and details
 */
record RevisionSelection(boolean body, boolean details, boolean changes) {

    private static final List<String> DETAILS =
            List.of("kind", "urgency", "url", "image", "topics", "series", "figures");

    /** Of a field whose revisions are found at these paths. */
    static RevisionSelection of(DataFetchingFieldSelectionSet selection, String... paths) {
        Predicate<String> selects = field -> Stream.of(paths).anyMatch(path -> selection.contains(path + field));
        boolean changes = selects.test("changes");
        return new RevisionSelection(
                changes || selects.test("body"), changes || DETAILS.stream().anyMatch(selects), changes);
    }
}
