package se.utrop.news;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The value of a figure in one report of a series.
 *
 * @param value in the unit, as is {@code change}
 * @param correctedAt when a later revision of the report changed the value; null if none did, or if it was not selected
 */
public record FigurePoint(
        double value,
        @Nullable Double change,
        String label,
        @Nullable String unit,
        @Nullable Instant correctedAt,
        News news) {

    public Instant publishedAt() {
        return news.publishedAt();
    }
}
