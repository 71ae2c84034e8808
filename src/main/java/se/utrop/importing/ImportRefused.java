package se.utrop.importing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The reason why a document is not imported, and how to fix it. Nothing of the document has been stored. */
public final class ImportRefused extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** Where each line of the reason has a place of its own. */
    private static final long PLACED = -1;

    private final long line;

    ImportRefused(long line, String reason) {
        this(line, reason, null);
    }

    ImportRefused(String reason, @Nullable Throwable cause) {
        this(0, reason, cause);
    }

    private ImportRefused(long line, String reason, @Nullable Throwable cause) {
        super(reason, cause, false, false);
        this.line = line;
    }

    /** The faults of a file, each with its place. */
    static ImportRefused together(List<String> faults) {
        return new ImportRefused(PLACED, String.join("\n", faults), null);
    }

    /** The reason behind the place where it stands: {@code nyheter.txt:12: …}. */
    ImportRefused in(String file) {
        if (line == PLACED) {
            return this;
        }
        return new ImportRefused((line > 0 ? "%s:%d: " : "%s: ").formatted(file, line) + getMessage(), this);
    }
}
