package se.utrop.graphql;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings of persisted documents, which clients name instead of sending them.
 *
 * @param mode whether persisted documents are executed, and whether others are executed too
 * @param directory directory of the files: {@code *.graphql}, and the {@code *.json} that clients' tools write
 * @param automatic memory for documents that clients register themselves; 0 for none. By default a sixty-fourth of
 *     the heap, at most 4 MB
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
        /** No persisted documents from files. */
        OFF,
        /** The documents of the directory, and all others. */
        ALLOW,
        /** Only the documents of the directory. */
        ONLY
    }
}
