package se.utrop.editing;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A valid news item with its slug, ready to be published.
 *
 * @param publishedAt when it was published elsewhere before; null for now
 */
record PublishableNews(String slug, @Nullable Instant publishedAt, StoredContent content) {}
