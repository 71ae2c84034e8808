package se.utrop.feed;

import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Problem;

/** An event that can't be shown, which the log and the client are told of under one reference. */
final class UnreadableEvent {

    private static final Logger log = LoggerFactory.getLogger(UnreadableEvent.class);

    private UnreadableEvent() {}

    /** INTERNAL, with the cursor after the event: a client can go on from there. */
    static Problem problem(LoggedEvent event, Throwable cause, FeedCursors cursors) {
        String reference = UUID.randomUUID().toString();
        log.error("Event {} can't be shown (reference {})", event.number(), reference, cause);
        return new Problem(
                ErrorCode.INTERNAL,
                "An event can't be shown: go on behind it, after this error's feedCursor. If it stays so, report the"
                        + " reference " + reference,
                Map.of("reference", reference, FeedCursors.EXTENSION, cursors.write(event.position())));
    }
}
