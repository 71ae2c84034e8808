package se.utrop.transport;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import se.utrop.feed.Message;
import se.utrop.feed.SharedSubscription;
import se.utrop.feed.SharedSubscription.Step;
import se.utrop.feed.Subscriber;
import se.utrop.graphql.Problem;
import se.utrop.paging.Position;

/**
 * One operation of a client. While it is executed it holds the execution. An established subscription holds only its
 * position in the feed, and no message. The methods of {@link Subscriber} may be called from any thread, all others
 * only from the channel's event loop.
 */
final class Operation implements Subscriber {

    private final Client client;

    private final byte[] id;

    private final long weight;

    private @Nullable Disposable execution;

    private boolean executing;

    private @Nullable SharedSubscription source;

    private Position previous = Position.START;

    private Position reached = Position.START;

    /** Whether the next message is to state the position. */
    private boolean positionDue;

    /** Whether the client has yet to learn that the subscription has caught up. */
    private boolean catchingUp;

    /** Whether there was no message since the last position was offered. */
    private boolean quiet;

    private State state = State.BUSY;

    /** @param weight bytes of the request that the operation keeps */
    Operation(Client client, byte[] id, long weight) {
        this.client = client;
        this.id = id;
        this.weight = weight;
    }

    private enum State {
        /** At the end of the feed, ready for offers. */
        WAITING,
        /** Requests the next message, or has one being written. */
        BUSY,
        ENDED
    }

    /** The client's id for the operation, as a JSON string. */
    byte[] id() {
        return id;
    }

    long weight() {
        return weight;
    }

    /** Marks the operation as being executed. */
    void begin() {
        executing = true;
    }

    /** Sets the execution, which is cancelled when the operation ends, with its statements. */
    void execute(Disposable one) {
        execution = one;
    }

    /** Marks the execution as ended; false if it was not in progress. */
    boolean settle() {
        boolean settled = executing;
        executing = false;
        execution = null;
        return settled;
    }

    /** Follows a subscription after the given position, once it is {@linkplain Client#ready ready}. */
    void follow(SharedSubscription shared, Position start) {
        source = shared;
        previous = start;
        reached = start;
        positionDue = shared.tellsPositions();
    }

    @Override
    public long reached() {
        return reached.key();
    }

    @Override
    public void offer(Message message) {
        client.execute(() -> attempt(() -> {
            if (state == State.WAITING && isAhead(message.position())) {
                state = State.BUSY;
                client.offered(this, message);
            }
        }));
    }

    /** Runs a step, and fails this operation if the step throws. */
    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (Throwable failure) {
            client.failed(this, failure);
        }
    }

    @Override
    public void offer(Position position, Problem problem) {
        client.execute(() -> {
            if (state == State.WAITING && isAhead(position)) {
                client.failed(this, problem);
            }
        });
    }

    /**
     * Offers arrive in order. An operation that is waiting when a position arrives has received everything before it.
     */
    @Override
    public void offer(Position position) {
        client.execute(() -> attempt(() -> {
            if (state == State.WAITING) {
                reached = isAhead(position) ? position : reached;
                heartbeat();
            }
        }));
    }

    private void heartbeat() {
        if (quiet) {
            sendPosition();
        } else {
            quiet = true;
        }
    }

    private void sendPosition() {
        state = State.BUSY;
        positionDue = true;
        client.ready(this);
    }

    private boolean isAhead(Position position) {
        return position.key() > reached.key();
    }

    @Override
    public void fail(Problem problem) {
        client.execute(() -> client.failed(this, problem));
    }

    /** Requests the next message from the source. */
    void fetch() {
        attempt(this::next);
    }

    private void next() {
        if (source == null || state == State.ENDED) {
            return;
        }
        if (positionDue) {
            CompletableFuture<Message> position = source.position(reached);
            whenDone(position, () -> positionFetched(position));
        } else {
            CompletableFuture<Step> step = source.next(reached);
            whenDone(step, () -> fetched(step));
        }
    }

    private void whenDone(CompletableFuture<?> work, Runnable next) {
        if (work.isDone()) {
            next.run();
        } else {
            var _ = work.whenComplete((found, failure) -> client.execute(() -> attempt(next)));
        }
    }

    private void positionFetched(CompletableFuture<Message> position) {
        if (state == State.ENDED) {
            return;
        }
        if (position.isCompletedExceptionally()) {
            client.retryLater(this);
        } else {
            client.offered(this, position.resultNow());
        }
    }

    private void fetched(CompletableFuture<Step> step) {
        if (state == State.ENDED) {
            return;
        }
        if (step.isCompletedExceptionally()) {
            client.retryLater(this);
            return;
        }
        Step found = step.resultNow();
        if (found.problem() != null) {
            client.failed(this, found.problem());
        } else if (found.message() != null) {
            client.offered(this, found.message());
        } else if (isAhead(found.reached())) {
            reached = found.reached();
            client.ready(this);
        } else {
            waitForMore();
        }
    }

    /** The order matters: first accept new offers, then check what was offered before. */
    private void waitForMore() {
        state = State.WAITING;
        if (source == null) {
            return;
        }
        if (isAhead(source.reached()) || (catchingUp && !source.isCurrent(reached))) {
            state = State.BUSY;
            client.ready(this);
        } else if (catchingUp) {
            sendPosition();
        }
    }

    /** The text of a message for this subscription. */
    byte[] text(Message message) {
        return source == null ? new byte[0] : source.text(message, previous);
    }

    /** The message is about to be written. */
    void take(Message message) {
        previous = message.position();
        reached = previous;
        quiet = false;
        if (message.isPosition()) {
            positionDue = false;
            catchingUp = !message.isCurrent();
        }
    }

    void written() {
        if (state == State.BUSY) {
            waitForMore();
        }
    }

    /** Ends the operation, and returns what it followed. */
    @Nullable
    SharedSubscription end() {
        state = State.ENDED;
        if (execution != null) {
            execution.dispose();
        }
        return source;
    }

    boolean isEnded() {
        return state == State.ENDED;
    }
}
