package se.utrop.feed;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import se.utrop.news.NewsCriteria;
import se.utrop.news.Significance;

/**
 * Which events of the log a client asks for.
 *
 * @param types none for all
 * @param significances those of revisions; none for all
 */
record FeedFilter(NewsCriteria criteria, Set<NewsEventType> types, Set<Significance> significances) {

    static FeedFilter of(
            NewsCriteria criteria, @Nullable List<NewsEventType> types, @Nullable List<Significance> significances) {
        return new FeedFilter(criteria, set(types), set(significances));
    }

    private static <E extends Enum<E>> Set<E> set(@Nullable List<E> values) {
        return values == null || values.isEmpty() ? Set.of() : EnumSet.copyOf(values);
    }

    boolean concerns(LoggedEvent event) {
        return (types.isEmpty() || types.contains(event.effectiveType())) && (isGone(event) || isShown(event));
    }

    /** Whether an event may concern the client, before it is known what the filter's search finds of it. */
    boolean mayConcern(LoggedEvent event) {
        return (criteria.search() == null ? this : new FeedFilter(criteria, types, Set.of())).concerns(event);
    }

    /** A topic has no news of its own: whichever news a client shows may be filed under it. */
    private boolean isShown(LoggedEvent event) {
        return event.isDeliverable()
                && (!event.isAboutNews() || movesInOrOut(event) || (passesAfter(event) && matters(event)));
    }

    private boolean matters(LoggedEvent event) {
        return significances.isEmpty() || event.significance() == null || significances.contains(event.significance());
    }

    /** Whatever it matters, a client must know by which event a news item enters or leaves its filter. */
    private boolean movesInOrOut(LoggedEvent event) {
        return passedBefore(event) != passesAfter(event);
    }

    /** Of a news item that left the filter and was retracted later, the retraction itself concerns nobody here. */
    private boolean isGone(LoggedEvent event) {
        return !event.isDeliverable() && passedBefore(event) && !passesAfter(event);
    }

    private boolean passedBefore(LoggedEvent event) {
        return event.before() != null && criteria.admit(event.before());
    }

    boolean passesAfter(LoggedEvent event) {
        return event.after() != null && criteria.admit(event.after());
    }
}
