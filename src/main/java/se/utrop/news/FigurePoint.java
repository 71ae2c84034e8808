package se.utrop.news;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What one report of a series counted, in the figure's unit. */
public record FigurePoint(double value, @Nullable Double change, News news) {

    public Instant publishedAt() {
        return news.publishedAt();
    }
}
