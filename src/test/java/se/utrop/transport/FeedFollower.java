package se.utrop.transport;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.client.FieldAccessException;
import org.springframework.graphql.client.GraphQlClient;
import org.springframework.graphql.client.SubscriptionErrorException;
import reactor.core.publisher.Flux;
import reactor.util.retry.Retry;

/** Follows the feed with an HttpGraphQlClient or a WebSocketGraphQlClient, and goes on after each interruption. */
final class FeedFollower {

    private static final String FEED = """
        subscription Feed($after: String) {
          newsFeed(after: $after, positions: true) { cursor ... on NewsPublished { news { slug } } }
        }
        """;

    private final AtomicReference<@Nullable String> cursor = new AtomicReference<>();

    private final GraphQlClient client;

    FeedFollower(GraphQlClient client) {
        this.client = client;
    }

    /** Positions are events without news. */
    Flux<FeedEvent> events() {
        return Flux.defer(this::connect)
                .timeout(Duration.ofMinutes(2))
                .doOnNext(event -> cursor.set(event.cursor()))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, Duration.ofSeconds(2))
                        .jitter(0.5)
                        .filter(error -> !isOfGraphQl(error)))
                .repeatWhen(ends -> ends.delayElements(Duration.ofSeconds(2)));
    }

    private Flux<FeedEvent> connect() {
        return client.document(FEED)
                .variable("after", cursor.get())
                .retrieveSubscription("newsFeed")
                .toEntity(FeedEvent.class);
    }

    /** Such an error ends the subscription; whatever happens to a connection doesn't. */
    private static boolean isOfGraphQl(Throwable error) {
        return error instanceof FieldAccessException || error instanceof SubscriptionErrorException;
    }

    record FeedEvent(String cursor, @Nullable Item news) {}

    record Item(String slug) {}
}
