package se.utrop.news;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The values that conditions check, as they were when an event of the log occurred. */
public final class NewsFacets {

    /** How many columns they are read from. */
    public static final int COLUMNS = 1 + Conditions.FACETS.size();

    private static final int WEIGHT = 150;

    private static final int WEIGHT_OF_ENTRY = 100;

    /** In the order of {@link Conditions#FACETS}. */
    private final @Nullable Object[] values;

    private final @Nullable String search;

    private final boolean isFound;

    private NewsFacets(@Nullable Object[] values, @Nullable String search, boolean isFound) {
        this.values = values;
        this.search = search;
        this.isFound = isFound;
    }

    /** The columns of the event of this alias. A retraction and an event of a topic have no revision. */
    public static String sql(String event) {
        return Conditions.FACETS.stream()
                .map(facet -> facet.sql(event))
                .collect(Collectors.joining(", ", event + ".revision, ", ""));
    }

    /** Those of a row whose columns begin at index {@code from}; null where the event leaves no news item published. */
    public static @Nullable NewsFacets read(Readable row, int from) {
        if (row.get(from, Integer.class) == null) {
            return null;
        }
        @Nullable Object[] values = new Object[Conditions.FACETS.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Conditions.FACETS.get(i).read(row, from + 1 + i);
        }
        return new NewsFacets(values, null, false);
    }

    /** The same, knowing whether the text of the news item is found by this search. */
    public NewsFacets found(String search, boolean isFound) {
        return new NewsFacets(values, search, isFound);
    }

    /** Whether the text of the news item is found by this search; null where that isn't known. */
    @Nullable
    Boolean isFoundBy(String search) {
        return search.equals(this.search) ? isFound : null;
    }

    /** The time of publication of the news item. */
    public Instant publishedAt() {
        return get(TimeCondition.PUBLISHED_AT);
    }

    <T> T get(Facet<T> facet) {
        return Objects.requireNonNull(find(facet));
    }

    @SuppressWarnings("unchecked")
    <T> @Nullable T find(Facet<T> facet) {
        return (T) values[Conditions.FACETS.indexOf(facet)];
    }

    /** Bytes that they take in memory, roughly. */
    public int weight() {
        return WEIGHT
                + Arrays.stream(values)
                        .mapToInt(value -> value instanceof Collection<?> list ? WEIGHT_OF_ENTRY * list.size() : 0)
                        .sum();
    }
}
