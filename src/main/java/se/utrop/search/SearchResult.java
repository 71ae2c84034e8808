package se.utrop.search;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a search found.
 *
 * @param corrected the query as it may be meant, if some of its words occur nowhere
 * @param subjects those whose name holds words of the query, the best first
 */
record SearchResult(
        Hit.Page page, SearchMatching matching, @Nullable String corrected, List<Subject> subjects) {

    /** With news that hold less of the query. */
    SearchResult followedBy(Hit.Page softer, SearchMatching softened, @Nullable String asMeant, int most) {
        List<Hit> hits = Stream.concat(page.hits().stream(), softer.hits().stream())
                .limit(most)
                .toList();
        boolean isSofter = !page.matched() && softer.matched();
        return new SearchResult(
                new Hit.Page(
                        page.matched() || softer.matched(),
                        page.precedes() || softer.precedes(),
                        page.matched() ? page.total() : softer.total(),
                        hits),
                isSofter ? softened : matching,
                asMeant,
                subjects);
    }
}
