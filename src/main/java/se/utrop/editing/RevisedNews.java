package se.utrop.editing;

import org.jspecify.annotations.Nullable;

/**
 * The valid changes to a news item, ready to be published.
 *
 * @param slug the slug that it gets; null if it keeps its own
 */
record RevisedNews(
        StoredContent before, StoredContent after, @Nullable String slug) {

    boolean isChanged() {
        return slug != null || !after.equals(before);
    }
}
