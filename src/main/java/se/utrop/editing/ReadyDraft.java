package se.utrop.editing;

import org.jspecify.annotations.Nullable;
import se.utrop.news.Significance;

/**
 * What is to be published of a draft: complete and valid.
 *
 * @param slug null for a change
 * @param note null for a new news item
 * @param significance null for a new news item
 */
record ReadyDraft(
        @Nullable String slug,
        StoredContent content,
        @Nullable String note,
        @Nullable Significance significance) {}
