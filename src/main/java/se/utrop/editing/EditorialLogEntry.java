package se.utrop.editing;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the audit log.
 *
 * @param caller the issuer and the subject of the token, or what published by itself
 * @param revision the revision of the news item that this made
 */
record EditorialLogEntry(
        long number,
        Instant at,
        String caller,
        String action,
        @Nullable String newsId,
        @Nullable String topicId,
        @Nullable String seriesId,
        @Nullable Integer revision) {}
