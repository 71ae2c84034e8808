package se.utrop.news;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A condition of a filter, with all that is known of it: its SQL, its check of an event, its lexemes in the search index, its
 * bitmaps, and its part of the binding of cursors. The texts depend on whether it is given, and on its enum values, never on
 * other values. A new condition implements this, and is registered in {@link Conditions}.
 */
interface Condition {

    /** Whether the filter has it. One that isn't given admits every news item. */
    boolean isGiven();

    /** Whether it is that of an empty filter. */
    default boolean isDefault() {
        return !isGiven();
    }

    /** The same for all that differ from it in values alone: they share the texts of statements. */
    Condition shape();

    /**
     * Its part of what a list's cursors are bound to: equal for equal conditions, and different for different ones. Clients
     * keep cursors, so it must never change. A new condition has none while it isn't given.
     */
    String binding();

    /** Whether it admits a news item of these facets. */
    boolean admits(NewsFacets news);

    /** Its named parameters with their values. */
    default Map<String, Object> parameters() {
        return Map.of();
    }

    /**
     * The same check in SQL; null where {@link #keys} names the news instead.
     *
     * @param time the alias whose published_at to compare
     * @param news the alias whose other columns to compare
     */
    @Nullable
    String sql(String time, String news);

    /** Whether it looks at the time of publication alone, which every index holds. */
    default boolean isOfTime() {
        return false;
    }

    /** Whether its SQL costs more than a comparison of two values: PostgreSQL evaluates conditions in the order of the text. */
    default boolean isCostly() {
        return false;
    }

    /** A query for the keys of the news that it names; null where it names none. */
    default @Nullable String keys() {
        return null;
    }

    /** How an index parts the news that it admits; null where none does. */
    default @Nullable Partition partition() {
        return null;
    }

    /** Its bitmaps; null where it has none. */
    default NewsBitmaps.@Nullable Term bitmap() {
        return null;
    }

    /** A query for the tsquery that documents of {@code news_search} must match; null where they don't hold what it looks at. */
    default @Nullable String lexemes() {
        return null;
    }
}
