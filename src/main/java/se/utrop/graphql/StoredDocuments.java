package se.utrop.graphql;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import se.utrop.text.Sha256;

/** The operator's documents by the SHA-256 of their text and by the ids of client tools. */
final class StoredDocuments {

    static final StoredDocuments NONE = new StoredDocuments();

    private static final int LONGEST_ID = 200;

    private final Map<String, StoredDocument> byId = new HashMap<>();

    private StoredDocuments() {}

    /**
     * Validates the documents.
     *
     * @param complaint the error of a document's text; null if it is valid
     * @throws FailureAnalyzedException if a document is invalid, or an id is ambiguous or a wrong hash
     */
    static StoredDocuments of(Collection<StoredDocument> documents, Function<String, @Nullable String> complaint) {
        StoredDocuments stored = new StoredDocuments();
        documents.forEach(document -> stored.add(document, complaint.apply(document.text())));
        return stored;
    }

    private void add(StoredDocument document, @Nullable String complaint) {
        if (complaint != null) {
            throw DocumentFiles.refused(
                    "%s: the document can't be executed: %s".formatted(document.place(), complaint));
        }
        put(Sha256.hex(document.text()), document);
        if (document.id() != null) {
            put(checked(document, document.id()), document);
        }
    }

    private static String checked(StoredDocument document, String id) {
        if (id.isBlank() || id.length() > LONGEST_ID) {
            throw DocumentFiles.refused(
                    "%s holds an id that is empty or longer than %d characters".formatted(document.file(), LONGEST_ID));
        }
        DocumentId known = DocumentId.of(id);
        if (!known.holds(document.text())) {
            throw DocumentFiles.refused(
                    "%s: the id is not the %s of the document".formatted(document.place(), known.claim()));
        }
        return known.value();
    }

    private void put(String id, StoredDocument document) {
        StoredDocument other = byId.putIfAbsent(id, document);
        if (other != null && !other.text().equals(document.text())) {
            throw DocumentFiles.refused(
                    "%s: the id is also that of another document, in %s".formatted(document.place(), other.file()));
        }
    }

    /** The document with this id; null if there is none. */
    @Nullable
    String find(DocumentId id) {
        StoredDocument found = byId.get(id.value());
        return found == null ? null : found.text();
    }

    boolean contains(String text) {
        return byId.containsKey(Sha256.hex(text));
    }
}
