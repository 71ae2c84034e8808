package se.utrop.importing;

import org.jspecify.annotations.Nullable;

/** Why a file isn't imported, in words for whoever can mend it. */
final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final long line;

    Refused(long line, String reason) {
        this(line, reason, null);
    }

    Refused(String reason, @Nullable Throwable cause) {
        this(0, reason, cause);
    }

    private Refused(long line, String reason, @Nullable Throwable cause) {
        super(reason, cause, false, false);
        this.line = line;
    }

    /** The reason behind the place where it stands: {@code nyheter.txt:12: …}. */
    Refused in(String file) {
        return new Refused((line > 0 ? "%s:%d: " : "%s: ").formatted(file, line) + getMessage(), this);
    }
}
