package se.utrop.polling;

import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;
import se.utrop.feed.Message;
import se.utrop.feed.SharedSubscription;
import se.utrop.feed.SharedSubscription.Step;
import se.utrop.graphql.Problem;
import se.utrop.paging.Position;

/** Reads one page of a subscription, from its start on. A page is limited in events, in bytes and in the stretch of the log. */
final class FeedReader {

    private static final int MOST_EVENTS = 100;

    private static final int MOST_BYTES = 256 * 1024;

    /** Steps past events that aren't asked for, of at most 256 events each. */
    private static final int MOST_STEPS = 16;

    private final SharedSubscription source;

    private final List<Message> messages = new ArrayList<>();

    private final List<byte[]> texts = new ArrayList<>();

    private Position previous;

    private Position reached;

    private int bytes;

    private int steps;

    private boolean full;

    private boolean atEnd;

    FeedReader(SharedSubscription source, Position start) {
        this(source, start, start);
    }

    private FeedReader(SharedSubscription source, Position previous, Position reached) {
        this.source = source;
        this.previous = previous;
        this.reached = reached;
    }

    /** The page that follows, in the same chain of cursors. */
    FeedReader following() {
        return new FeedReader(source, previous, reached);
    }

    /**
     * Reads up to the end of the log, or until the page is full.
     *
     * @return fails if the first event can't be shown
     */
    Mono<FeedReader> read() {
        atEnd = false;
        return Mono.fromFuture(() -> source.next(reached), true)
                .doOnNext(this::take)
                .repeat(() -> !isOver())
                .onErrorComplete(failure -> !texts.isEmpty())
                .then(Mono.just(this));
    }

    private void take(Step step) {
        Problem problem = step.problem();
        Message message = step.message();
        if (problem != null) {
            full = true;
            throw problem;
        }
        if (message != null) {
            add(message);
        } else if (step.reached().key() > reached.key()) {
            reached = step.reached();
            full = ++steps == MOST_STEPS;
        } else {
            atEnd = true;
        }
    }

    private void add(Message message) {
        byte[] text = source.text(message, previous);
        messages.add(message);
        texts.add(text);
        previous = message.position();
        reached = previous;
        bytes += text.length;
        full = texts.size() == MOST_EVENTS || bytes >= MOST_BYTES;
    }

    private boolean isOver() {
        return full || atEnd;
    }

    /** Whether the page has events, or isn't the last one for now. */
    boolean isAnswer() {
        return full || !texts.isEmpty();
    }

    boolean isAtEnd() {
        return atEnd;
    }

    Position reached() {
        return reached;
    }

    List<Message> messages() {
        return messages;
    }

    /** The events in JSON, as they are the payload of next messages; not to be changed. */
    List<byte[]> texts() {
        return texts;
    }
}
