package se.utrop.feed;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import se.utrop.news.NewsCriteria;

/**
 * Why the field {@code newsFeed} is executed: to learn what is asked for, or to show one event to all who asked for the
 * same. It travels in GraphQL's context.
 */
interface FeedExecution {

    Flux<NewsEvent> events(Asked asked);

    /**
     * The field's arguments.
     *
     * @param afterVariable the variable that gave {@code after}, where nothing else uses it
     */
    record Asked(
            @Nullable String after,
            NewsCriteria criteria,
            Set<NewsEventType> types,
            @Nullable String afterVariable) {

        boolean concerns(LoggedEvent event) {
            return event.isTellable()
                    && (types.isEmpty() || types.contains(event.type()))
                    && (passedBefore(event) || passesAfter(event));
        }

        private boolean passedBefore(LoggedEvent event) {
            return event.before() != null && criteria.admit(event.before());
        }

        boolean passesAfter(LoggedEvent event) {
            return event.after() != null && criteria.admit(event.after());
        }
    }
}
