package se.utrop.news;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Slugs of topics; each given list must hold. */
public record TopicFilter(
        @Nullable List<String> anyOf,
        @Nullable List<String> allOf,
        @Nullable List<String> noneOf) {}
