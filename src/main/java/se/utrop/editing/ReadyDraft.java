package se.utrop.editing;

import org.jspecify.annotations.Nullable;
import se.utrop.news.Significance;

/**
 * What is to be published of a draft: complete and valid.
 *
 * @param reservedSlug the slug that nobody else gets until then; null if a change keeps the slug or returns to a former one
 * @param newSlug the slug that a change gives the news item; null if it keeps its own
 * @param note null for a new news item
 * @param significance null for a new news item
 */
record ReadyDraft(
        @Nullable String reservedSlug,
        @Nullable String newSlug,
        StoredContent content,
        @Nullable String note,
        @Nullable Significance significance) {}
