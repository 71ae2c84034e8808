package se.utrop.graphql;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Persisted documents, which clients may name instead of sending them.
 *
 * @param mode whether persisted documents are enabled, and whether other documents are allowed too
 * @param directory directory of documents: {@code *.graphql} files, and the {@code *.json} files of client tools
 * @param automatic memory for documents that clients register themselves; 0 disables that. By default a sixty-fourth of
 * the heap, at most 4 MB
 */
@ConfigurationProperties("utrop.documents")
record PersistedDocumentProperties(
        @DefaultValue("off") Mode mode,
        @Nullable Path directory,
        @Nullable DataSize automatic) {

    PersistedDocumentProperties {
        if (mode != Mode.OFF && directory == null) {
            throw new IllegalArgumentException("utrop.documents.mode=%s needs utrop.documents.directory"
                    .formatted(mode.name().toLowerCase(Locale.ROOT)));
        }
        if (automatic != null && automatic.isNegative()) {
            throw new IllegalArgumentException("utrop.documents.automatic can't be negative");
        }
    }

    @Override
    public DataSize automatic() {
        return automatic == null ? HeapShare.of(64, DataSize.ofMegabytes(4)) : automatic;
    }

    enum Mode {
        /** No persisted documents. */
        OFF,
        /** The directory's documents and all others. */
        ALLOW,
        /** Only the directory's documents. */
        ONLY
    }
}
