package se.utrop.graphql;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A document in a file of the operator.
 *
 * @param id the tool's id; null if the file contains only the document
 */
record StoredDocument(Path file, @Nullable String id, String text) {

    /** The location of the document, for error messages. */
    String place() {
        return id == null ? file.toString() : "%s, entry %s".formatted(file, id);
    }
}
