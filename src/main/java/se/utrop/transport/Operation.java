package se.utrop.transport;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import se.utrop.feed.Message;
import se.utrop.feed.SharedSubscription;
import se.utrop.feed.SharedSubscription.Step;
import se.utrop.feed.Subscriber;
import se.utrop.graphql.Problem;
import se.utrop.paging.Position;

/**
 * A subscription of one client: where it is in the feed, and no message. Apart from what {@link Subscriber} has, its
 * methods are for the event loop of the client's channel.
 */
final class Operation implements Subscriber {

    private final Client client;

    private final byte[] id;

    private @Nullable SharedSubscription source;

    private Position previous = Position.START;

    private long reached;

    private State state = State.BUSY;

    Operation(Client client, byte[] id) {
        this.client = client;
        this.id = id;
    }

    private enum State {
        /** At the end of the feed: takes offers. */
        WAITING,
        /** Wants the next message, or is having one written. */
        BUSY,
        ENDED
    }

    /** The client's name for it, as a JSON string. */
    byte[] id() {
        return id;
    }

    /** Begins to take messages from there. */
    void follow(SharedSubscription shared, Position start) {
        source = shared;
        previous = start;
        reached = start.key();
        client.ready(this);
    }

    @Override
    public long reached() {
        return reached;
    }

    @Override
    public void offer(Message message) {
        client.execute(() -> {
            if (state == State.WAITING && message.position().key() > reached) {
                state = State.BUSY;
                client.offered(this, message);
            }
        });
    }

    @Override
    public void offer(long number, Problem problem) {
        client.execute(() -> {
            if (state == State.WAITING && number > reached) {
                client.failed(this, problem);
            }
        });
    }

    @Override
    public void fail(Problem problem) {
        client.execute(() -> client.failed(this, problem));
    }

    /** Looks for the next message; when it is there, or found to be none, the client hears of it. */
    void fetch() {
        if (source == null || state == State.ENDED) {
            return;
        }
        CompletableFuture<Step> step = source.next(reached);
        if (step.isDone()) {
            fetched(step);
        } else {
            var _ = step.whenComplete((found, failure) -> client.execute(() -> fetched(step)));
        }
    }

    private void fetched(CompletableFuture<Step> step) {
        if (state == State.ENDED) {
            return;
        }
        if (step.isCompletedExceptionally()) {
            client.later(this);
            return;
        }
        Step found = step.resultNow();
        if (found.problem() != null) {
            client.failed(this, found.problem());
        } else if (found.message() != null) {
            client.offered(this, found.message());
        } else if (found.reached() > reached) {
            reached = found.reached();
            client.ready(this);
        } else {
            waitForMore();
        }
    }

    /** In this order: what is offered from now on is taken, and what was offered before is seen. */
    private void waitForMore() {
        state = State.WAITING;
        if (source != null && source.reached() > reached) {
            state = State.BUSY;
            client.ready(this);
        }
    }

    /** The text of a message that is about to be written, for this subscription. */
    byte[] take(Message message) {
        byte[] text = source == null ? new byte[0] : source.text(message, previous);
        previous = message.position();
        reached = previous.key();
        return text;
    }

    void written() {
        if (state == State.BUSY) {
            waitForMore();
        }
    }

    /** Ends it, and gives what it followed. */
    @Nullable
    SharedSubscription end() {
        state = State.ENDED;
        return source;
    }

    boolean isEnded() {
        return state == State.ENDED;
    }
}
