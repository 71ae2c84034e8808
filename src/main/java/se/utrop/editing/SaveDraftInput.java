package se.utrop.editing;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to save of a draft.
 *
 * @param id null for a new draft
 * @param newsId the published news item that a new draft changes; null for a new news item
 * @param content the fields that were given; null removes a value
 */
record SaveDraftInput(
        @Nullable String id,
        @Nullable Integer expectedVersion,
        @Nullable String newsId,
        @Nullable Integer baseRevision,
        Map<String, @Nullable Object> content) {

    /** The input of a call, whose omitted fields are absent and not null. */
    @SuppressWarnings("unchecked")
    static SaveDraftInput of(Map<String, @Nullable Object> input) {
        return new SaveDraftInput(
                (String) input.get("id"),
                (Integer) input.get("expectedVersion"),
                (String) input.get("newsId"),
                (Integer) input.get("baseRevision"),
                (Map<String, @Nullable Object>) Objects.requireNonNull(input.get("content")));
    }
}
