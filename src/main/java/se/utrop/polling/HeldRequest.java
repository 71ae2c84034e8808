package se.utrop.polling;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import se.utrop.feed.Message;
import se.utrop.feed.Subscriber;
import se.utrop.graphql.Problem;
import se.utrop.paging.Position;

/** A request that waits for the first event after its position. */
final class HeldRequest implements Subscriber {

    private final Position start;

    private final Sinks.Empty<Void> woken = Sinks.empty();

    HeldRequest(Position start) {
        this.start = start;
    }

    /** Completes when there is an event, and fails if the feed can't go on from the position. */
    Mono<Void> woken() {
        return woken.asMono();
    }

    @Override
    public void offer(Message message) {
        wake(message.position());
    }

    @Override
    public void offer(Position position, Problem problem) {
        wake(position);
    }

    private void wake(Position position) {
        if (position.key() > start.key()) {
            woken.tryEmitEmpty();
        }
    }

    @Override
    public void offer(Position position) {}

    @Override
    public void fail(Problem problem) {
        woken.tryEmitError(problem);
    }

    @Override
    public long reached() {
        return start.key();
    }
}
