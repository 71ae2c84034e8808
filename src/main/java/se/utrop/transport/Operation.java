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
 * What one client asked for: while it is executed, the execution; of a subscription that has begun, where it is in the
 * feed, and no message. Apart from what {@link Subscriber} has, its
 * methods are for the event loop of the client's channel.
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

    /** Whether the next message is to tell where this subscription stands. */
    private boolean positionDue;

    /** Whether the client is yet to be told that this subscription has caught up. */
    private boolean catchingUp;

    /** Whether there was no message since a position was last offered. */
    private boolean quiet;

    private State state = State.BUSY;

    /** One that keeps so many bytes of what was asked. */
    Operation(Client client, byte[] id, long weight) {
        this.client = client;
        this.id = id;
        this.weight = weight;
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

    long weight() {
        return weight;
    }

    /** Begins to be executed. */
    void begin() {
        executing = true;
    }

    /** What is executed: ends with the operation, and its statements with it. */
    void execute(Disposable one) {
        execution = one;
    }

    /** Ends being executed; false where it did not begin, or has been done before. */
    boolean settle() {
        boolean settled = executing;
        executing = false;
        execution = null;
        return settled;
    }

    /** Begins to take messages from there. */
    void follow(SharedSubscription shared, Position start) {
        source = shared;
        previous = start;
        reached = start;
        positionDue = shared.tellsPositions();
        client.ready(this);
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

    /** Takes one step, and ends this operation alone where that throws. */
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

    /** Offers come in their order: whoever waits when a position comes has taken all that was offered before. */
    @Override
    public void offer(Position position) {
        client.execute(() -> attempt(() -> {
            if (state == State.WAITING) {
                reached = isAhead(position) ? position : reached;
                beat();
            }
        }));
    }

    private void beat() {
        if (quiet) {
            tellPosition();
        } else {
            quiet = true;
        }
    }

    private void tellPosition() {
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

    /** Looks for the next message; when it is there, or found to be none, the client hears of it. */
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
            client.later(this);
        } else {
            client.offered(this, position.resultNow());
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
        } else if (isAhead(found.reached())) {
            reached = found.reached();
            client.ready(this);
        } else {
            waitForMore();
        }
    }

    /** In this order: what is offered from now on is taken, and what was offered before is seen. */
    private void waitForMore() {
        state = State.WAITING;
        if (source == null) {
            return;
        }
        if (isAhead(source.reached()) || (catchingUp && !source.isCurrent(reached))) {
            state = State.BUSY;
            client.ready(this);
        } else if (catchingUp) {
            tellPosition();
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

    /** Ends it, and gives what it followed. */
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
