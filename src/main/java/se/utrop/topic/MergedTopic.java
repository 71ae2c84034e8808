package se.utrop.topic;

import org.jspecify.annotations.Nullable;

/**
 * A key or a slug of a topic that was merged into another.
 *
 * @param into the key of that other topic
 */
record MergedTopic(@Nullable Long key, @Nullable String slug, long into) {}
