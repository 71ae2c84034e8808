package se.utrop.news;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The value of a figure in one report of a series, in the figure's unit. */
public record FigurePoint(double value, @Nullable Double change, News news) {

    public Instant publishedAt() {
        return news.publishedAt();
    }
}
