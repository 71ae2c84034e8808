package se.utrop.editing;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import se.utrop.news.News;
import se.utrop.node.GlobalId;
import se.utrop.topic.Topic;

/**
 * The result of a mutation: either errors only, and nothing was changed, or no errors.
 *
 * @param key the key of the news item, topic or series
 * @param draft the key of the draft, if the mutation is one of a draft
 * @param version the version of the draft, if it was saved
 */
record MutationResult(
        @Nullable Long key,
        @Nullable Integer revision,
        @Nullable Instant publishAt,
        @Nullable Long draft,
        @Nullable Integer version,
        List<UserError> userErrors) {

    /** Of what has no key. */
    static MutationResult done() {
        return new MutationResult(null, null, null, null, null, List.of());
    }

    static MutationResult of(long key) {
        return new MutationResult(key, null, null, null, null, List.of());
    }

    static MutationResult revision(long key, int revision) {
        return new MutationResult(key, revision, null, null, null, List.of());
    }

    static MutationResult scheduled(long key, Instant publishAt) {
        return new MutationResult(key, null, publishAt, key, null, List.of());
    }

    static MutationResult saved(long newsKey, long draft, int version) {
        return new MutationResult(newsKey, null, null, draft, version, List.of());
    }

    static MutationResult ofDraft(long newsKey, long draft) {
        return new MutationResult(newsKey, null, null, draft, null, List.of());
    }

    static MutationResult refused(List<UserError> errors) {
        return new MutationResult(null, null, null, null, null, errors);
    }

    boolean isRefused() {
        return !userErrors.isEmpty();
    }

    /** Saving goes on for as long as somebody writes: the audit log has the first time, and the draft has its authors. */
    boolean isLogged() {
        return version == null || version == 1;
    }

    public @Nullable String draftId() {
        return draft == null ? null : Draft.id(draft);
    }

    public @Nullable String id() {
        return newsId();
    }

    public @Nullable String topicId() {
        return key == null ? null : new GlobalId(Topic.TYPE, key).toString();
    }

    public @Nullable String newsId() {
        return key == null ? null : News.id(key);
    }
}
