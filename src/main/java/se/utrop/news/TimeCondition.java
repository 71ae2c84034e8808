package se.utrop.news;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One end of the time of publication: the tighter one of days and instants.
 *
 * @param bound null if the end is open
 */
record TimeCondition(End end, @Nullable Instant bound) implements Condition {

    static final Facet<Instant> PUBLISHED_AT = Facet.of("%s.published_at", Instant.class, Function.identity());

    enum End {
        /** The first instant that counts. */
        SINCE,
        /** The first instant that no longer counts. */
        UNTIL
    }

    static TimeCondition since(NewsFilter filter, ZoneId zone) {
        DateRange days = filter.publishedOn();
        TimeRange times = filter.publishedAt();
        Instant start = days == null ? null : midnight(days.from(), zone);
        return new TimeCondition(
                End.SINCE, tighter(start, times == null ? null : times.since(), (a, b) -> a.isAfter(b) ? a : b));
    }

    static TimeCondition until(NewsFilter filter, ZoneId zone) {
        LocalDate to =
                filter.publishedOn() == null ? null : filter.publishedOn().to();
        TimeRange times = filter.publishedAt();
        Instant stop = to == null ? null : midnight(to.plusDays(1), zone);
        return new TimeCondition(
                End.UNTIL, tighter(stop, times == null ? null : times.until(), (a, b) -> a.isBefore(b) ? a : b));
    }

    private static @Nullable Instant midnight(@Nullable LocalDate day, ZoneId zone) {
        return day == null ? null : day.atStartOfDay(zone).toInstant();
    }

    private static @Nullable Instant tighter(@Nullable Instant a, @Nullable Instant b, BinaryOperator<Instant> choose) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return choose.apply(a, b);
    }

    @Override
    public boolean isGiven() {
        return bound != null;
    }

    @Override
    public TimeCondition shape() {
        return bound == null ? this : new TimeCondition(end, Instant.EPOCH);
    }

    @Override
    public String binding() {
        return bound + " ";
    }

    @Override
    public boolean admits(NewsFacets news) {
        Instant time = news.get(PUBLISHED_AT);
        return bound == null || (end == End.SINCE ? !time.isBefore(bound) : time.isBefore(bound));
    }

    @Override
    public Map<String, Object> parameters() {
        return bound == null ? Map.of() : Map.of(end == End.SINCE ? "since" : "until", bound);
    }

    @Override
    public String sql(String time, String news) {
        return time + (end == End.SINCE ? ".published_at >= :since" : ".published_at < :until");
    }

    @Override
    public boolean isOfTime() {
        return true;
    }
}
