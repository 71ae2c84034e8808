package se.utrop.sources;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The reason why a source was not read. It changes nothing in the newsroom. */
final class SourceFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private static final int LONGEST = 500;

    private final Outcome outcome;

    private final Duration retryAfter;

    SourceFailure(Outcome outcome, String reason) {
        this(outcome, reason, Duration.ZERO, null);
    }

    SourceFailure(Outcome outcome, Throwable cause) {
        this(outcome, String.valueOf(cause.getMessage() == null ? cause : cause.getMessage()), Duration.ZERO, cause);
    }

    /** With the time for which the server wants no further request. */
    SourceFailure(Outcome outcome, String reason, Duration retryAfter) {
        this(outcome, reason, retryAfter, null);
    }

    private SourceFailure(Outcome outcome, String reason, Duration retryAfter, @Nullable Throwable cause) {
        super(line(reason), cause, false, false);
        this.outcome = outcome;
        this.retryAfter = retryAfter;
    }

    /** On one line of the log, whatever the server has sent. */
    private static String line(String reason) {
        String line = reason.replaceAll("\\p{Cntrl}+", " ");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    Outcome outcome() {
        return outcome;
    }

    Duration retryAfter() {
        return retryAfter;
    }
}
