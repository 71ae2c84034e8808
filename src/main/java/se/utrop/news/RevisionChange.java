package se.utrop.news;

import org.jspecify.annotations.Nullable;
import se.utrop.text.TextDiff;

/**
 * A field that a revision changed.
 *
 * @param html the differences of a text, word by word; null for other fields
 */
public record RevisionChange(
        String field,
        @Nullable String before,
        @Nullable String after,
        @Nullable String html) {

    static RevisionChange ofText(String field, @Nullable String before, @Nullable String after) {
        return new RevisionChange(
                field, before, after, TextDiff.toSafeHtml(before == null ? "" : before, after == null ? "" : after));
    }

    static RevisionChange ofValue(String field, @Nullable Object before, @Nullable Object after) {
        return new RevisionChange(
                field, before == null ? null : before.toString(), after == null ? null : after.toString(), null);
    }
}
