package se.utrop.news;

import org.jspecify.annotations.Nullable;
import se.utrop.text.TextDiff;

/**
 * A field that a revision changed.
 *
 * @param isText whether the field is a text, whose versions are compared word by word
 */
public record RevisionChange(
        String field, @Nullable String before, @Nullable String after, boolean isText) {

    static RevisionChange ofText(String field, @Nullable String before, @Nullable String after) {
        return new RevisionChange(field, before, after, true);
    }

    static RevisionChange ofValue(String field, @Nullable Object before, @Nullable Object after) {
        return new RevisionChange(
                field, before == null ? null : before.toString(), after == null ? null : after.toString(), false);
    }

    /** The differences of a text, word by word; null for other fields. They take time, so only who asks for them pays. */
    public @Nullable String html() {
        return isText ? TextDiff.toSafeHtml(before == null ? "" : before, after == null ? "" : after) : null;
    }
}
