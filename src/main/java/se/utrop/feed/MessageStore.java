package se.utrop.feed;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Component;

/** The messages of a node that were needed lately, each made once for all who want it. */
@Component
class MessageStore {

    private static final int OVERHEAD = 300;

    private final FeedRenderer renderer;

    private final AsyncCache<Key, Message> messages;

    MessageStore(FeedRenderer renderer, FeedProperties properties) {
        this.renderer = renderer;
        this.messages = Caffeine.newBuilder()
                .maximumWeight(properties.memory().toBytes())
                .weigher((Key key, Message message) -> OVERHEAD + 2 * message.size())
                .expireAfterWrite(Duration.ofMinutes(1))
                .executor(Runnable::run)
                .buildAsync();
    }

    CompletableFuture<Message> get(SharedSubscription subscription, LoggedEvent event) {
        return messages.get(
                new Key(subscription, event.number()),
                (key, executor) -> renderer.render(subscription.query(), event).toFuture());
    }

    void clear() {
        messages.synchronous().invalidateAll();
    }

    /** A subscription is itself, not what it asks: one that begins anew has nothing of one that ended. */
    private record Key(SharedSubscription subscription, long number) {}
}
