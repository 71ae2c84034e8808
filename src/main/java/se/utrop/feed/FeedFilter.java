package se.utrop.feed;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import se.utrop.news.NewsCriteria;

/**
 * Which events of the log a client asks for.
 *
 * @param types none for all
 */
record FeedFilter(NewsCriteria criteria, Set<NewsEventType> types) {

    static FeedFilter of(NewsCriteria criteria, @Nullable List<NewsEventType> types) {
        return new FeedFilter(criteria, types == null || types.isEmpty() ? Set.of() : EnumSet.copyOf(types));
    }

    boolean concerns(LoggedEvent event) {
        return (types.isEmpty() || types.contains(event.toldAs())) && (isGone(event) || isShown(event));
    }

    /** A topic has no news of its own: whichever news a client shows may be filed under it. */
    private boolean isShown(LoggedEvent event) {
        return event.isTellable() && (!event.isAboutNews() || passedBefore(event) || passesAfter(event));
    }

    /** Of a news item that left the filter and was retracted later, the retraction itself concerns nobody here. */
    private boolean isGone(LoggedEvent event) {
        return !event.isTellable() && passedBefore(event) && !passesAfter(event);
    }

    private boolean passedBefore(LoggedEvent event) {
        return event.before() != null && criteria.admit(event.before());
    }

    boolean passesAfter(LoggedEvent event) {
        return event.after() != null && criteria.admit(event.after());
    }
}
