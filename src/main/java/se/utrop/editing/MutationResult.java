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
 */
record MutationResult(
        @Nullable Long key,
        @Nullable Integer revision,
        @Nullable Instant publishAt,
        List<UserError> userErrors) {

    /** Of what has no key. */
    static MutationResult done() {
        return new MutationResult(null, null, null, List.of());
    }

    static MutationResult of(long key) {
        return new MutationResult(key, null, null, List.of());
    }

    static MutationResult revision(long key, int revision) {
        return new MutationResult(key, revision, null, List.of());
    }

    static MutationResult scheduled(long key, Instant publishAt) {
        return new MutationResult(key, null, publishAt, List.of());
    }

    static MutationResult refused(List<UserError> errors) {
        return new MutationResult(null, null, null, errors);
    }

    boolean isRefused() {
        return !userErrors.isEmpty();
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
