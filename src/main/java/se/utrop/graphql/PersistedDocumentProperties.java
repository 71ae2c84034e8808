package se.utrop.graphql;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Which documents clients may name instead of sending them.
 *
 * @param mode whether there are any, and whether others are answered too
 * @param directory files of documents: {@code *.graphql}, and what clients' tools write as {@code *.json}
 * @param automatic memory of the documents that clients register themselves; 0 where they can't. By default a sixty-fourth
 *     of the heap, at most 4 MB
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
        /** None. */
        OFF,
        /** Those of the directory, beside all others. */
        ALLOW,
        /** Those of the directory and no others. */
        ONLY
    }
}
