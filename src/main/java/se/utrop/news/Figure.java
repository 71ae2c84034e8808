package se.utrop.news;

import org.jspecify.annotations.Nullable;

/** A figure of a situation report; {@code value} and {@code change} are in {@code unit}. */
public record Figure(
        String name,
        String label,
        double value,
        @Nullable String unit,
        @Nullable Double change) {}
