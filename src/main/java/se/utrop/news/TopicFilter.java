package se.utrop.news;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Slugs of topics. All given lists must match. */
public record TopicFilter(
        @Nullable List<String> anyOf,
        @Nullable List<String> allOf,
        @Nullable List<String> noneOf) {}
