package se.utrop.graphql;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A document in a file of the operator's.
 *
 * @param id the tool's; null where the file holds the document alone
 */
record StoredDocument(Path file, @Nullable String id, String text) {

    /** Where it stands, for whoever has to correct it. */
    String place() {
        return id == null ? file.toString() : "%s, entry %s".formatted(file, id);
    }
}
