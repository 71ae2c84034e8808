package se.utrop.news;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import se.utrop.graphql.Problem;

/** A range of instants: {@code since} is included, {@code until} is not. */
public record TimeRange(@Nullable Instant since, @Nullable Instant until) {

    public TimeRange {
        if (since == null && until == null) {
            throw Problem.badInput("A TimeRange needs since, until or both");
        }
        if (since != null && until != null && !since.isBefore(until)) {
            throw Problem.badInput("A TimeRange's since (%s) must lie before its until (%s)".formatted(since, until));
        }
    }
}
