package se.utrop.importing;

import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import se.utrop.text.Sha256;

/**
 * What a source says of an item, to tell whether it has changed.
 *
 * @param digest of texts and topics
 * @param publishedAt the time of publication, if it is stated
 * @param updatedAt the time of the latest change, if it is stated
 */
record ItemVersion(
        String digest,
        @Nullable Instant publishedAt,
        @Nullable Instant updatedAt) {

    /** To be raised when other text is made of the same feed: what is known is then not compared. */
    private static final String FORM = "2:";

    static ItemVersion of(
            String title,
            String summary,
            @Nullable String body,
            Collection<String> topics,
            @Nullable Instant publishedAt,
            @Nullable Instant updatedAt) {
        String filed = topics.stream()
                .map(topic -> topic.toLowerCase(Locale.ROOT))
                .sorted()
                .collect(Collectors.joining("\n"));
        return new ItemVersion(
                FORM + Sha256.hex(String.join("\0", title, summary, body == null ? "" : body, filed)),
                publishedAt,
                updatedAt);
    }

    /** Whether a reader sees something else than in the version before. A time that is no longer stated is no change. */
    boolean differsFrom(ItemVersion before) {
        return !digest.equals(before.digest) || movesFrom(before);
    }

    boolean movesFrom(ItemVersion before) {
        return publishedAt != null && !publishedAt.equals(before.publishedAt);
    }

    boolean isComparableTo(ItemVersion before) {
        return before.digest.startsWith(FORM);
    }

    /** An older file may be imported after a newer one. */
    boolean isOlderThan(ItemVersion before) {
        return updatedAt != null && before.updatedAt != null && updatedAt.isBefore(before.updatedAt);
    }
}
