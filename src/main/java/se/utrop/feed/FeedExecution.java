package se.utrop.feed;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Why the field {@code newsFeed} is executed: to read the subscription's arguments, or to render one event for all equal
 * subscriptions. It travels in GraphQL's context.
 */
interface FeedExecution {

    Flux<NewsEvent> events(Asked asked);

    /**
     * The field's arguments.
     *
     * @param positions whether the subscription is also told where it stands
     * @param afterVariable the variable that gave {@code after}, where nothing else uses it
     */
    record Asked(
            @Nullable String after,
            FeedFilter filter,
            boolean positions,
            @Nullable String afterVariable) {}
}
