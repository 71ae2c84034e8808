package se.utrop.news;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import se.utrop.graphql.Problem;

/** Whole days in the newsroom's time zone, both ends included. */
public record DateRange(@Nullable LocalDate from, @Nullable LocalDate to) {

    public DateRange {
        if (from == null && to == null) {
            throw Problem.badInput("A DateRange needs from, to or both");
        }
        if (from != null && to != null && from.isAfter(to)) {
            throw Problem.badInput("A DateRange's from (%s) must not lie after its to (%s)".formatted(from, to));
        }
    }
}
