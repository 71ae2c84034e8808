package se.utrop.standing;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.database.Notifications;
import se.utrop.paging.Cursors;
import se.utrop.paging.Position;

/** Which version of the newsroom this node knows. What was read of it before is as good as new until that changes. */
@Component
public class NewsroomVersion {

    private final Notifications notifications;

    private final Cursors cursors;

    private final StandingRepository repository;

    private volatile @Nullable Known known;

    NewsroomVersion(Notifications notifications, Cursors cursors, StandingRepository repository) {
        this.notifications = notifications;
        this.cursors = cursors;
        this.repository = repository;
    }

    /**
     * A version, as it was heard of.
     *
     * @param connection counts the listening connections of this node: the database behind another one may be a restored
     *     one, in which the same number means another version
     * @param topics the version in which topics changed last
     * @param feedPosition the number of the latest event
     * @param feedCursor the same as clients know it: everything up to there has been heard of
     */
    public record Known(long connection, long number, long topics, long feedPosition, String feedCursor) {

        /** Whether topics are the same in both. */
        public boolean hasTopicsOf(Known other) {
            return connection == other.connection && topics == other.topics;
        }

        private boolean isBehind(Standing standing) {
            return number < standing.version()
                    || feedPosition < standing.position().key();
        }
    }

    /** The latest known; null while this node is deaf, and can't know whether there is a later one. */
    public @Nullable Known current() {
        Known latest = known;
        return latest != null && notifications.isListening() && latest.connection() == notifications.reconnects()
                ? latest
                : null;
    }

    /** Whether nothing that the node still holds to be new is from before this event of the feed. */
    public boolean covers(long feedPosition) {
        Known latest = current();
        return latest == null || latest.feedPosition() >= feedPosition;
    }

    /** Complete when this node knows of everything that was committed before. */
    public Mono<Void> catchUp() {
        return Mono.defer(() -> {
            long connection = notifications.reconnects();
            return repository
                    .latest()
                    .doOnNext(standing -> learn(standing, connection))
                    .then();
        });
    }

    /** A node that became deaf meanwhile hears of it when it listens again. */
    private synchronized void learn(Standing standing, long connection) {
        if (notifications.isListening() && notifications.reconnects() == connection) {
            told(standing);
        }
    }

    /** By the listening connection. */
    public synchronized void told(Standing standing) {
        Known latest = known;
        long connection = notifications.reconnects();
        if (latest == null || latest.connection() != connection || latest.isBehind(standing)) {
            Position position = standing.position();
            known = new Known(
                    connection,
                    standing.version(),
                    standing.topicsVersion(),
                    position.key(),
                    cursors.write(Cursors.FEED, position));
        }
    }
}
