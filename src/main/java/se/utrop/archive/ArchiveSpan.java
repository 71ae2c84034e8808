package se.utrop.archive;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A time range as whole months, with the remaining days at its ends.
 *
 * @param from the first day of the first whole month; unbounded if there is none
 * @param to the first day after the last whole month; unbounded if there is none
 * @param ends the remaining ranges, at most two
 */
record ArchiveSpan(@Nullable LocalDate from, @Nullable LocalDate to, List<End> ends) {

    /** Part of the month that has this first day. */
    record End(LocalDate month, Instant since, Instant until) {}

    static ArchiveSpan of(@Nullable Instant since, @Nullable Instant until, ZoneId zone) {
        LocalDate from = since == null ? null : firstWhole(since, zone);
        LocalDate to = until == null ? null : monthOf(until, zone);
        if (since != null && until != null && from != null && to != null && from.isAfter(to)) {
            return new ArchiveSpan(to, to, List.of(new End(to, since, until)));
        }
        List<End> ends = new ArrayList<>();
        if (since != null && from != null && since.isBefore(midnight(from, zone))) {
            ends.add(new End(from.minusMonths(1), since, midnight(from, zone)));
        }
        if (until != null && to != null && midnight(to, zone).isBefore(until)) {
            ends.add(new End(to, midnight(to, zone), until));
        }
        return new ArchiveSpan(from, to, ends);
    }

    private static LocalDate firstWhole(Instant since, ZoneId zone) {
        LocalDate month = monthOf(since, zone);
        return midnight(month, zone).equals(since) ? month : month.plusMonths(1);
    }

    private static LocalDate monthOf(Instant instant, ZoneId zone) {
        return YearMonth.from(ZonedDateTime.ofInstant(instant, zone)).atDay(1);
    }

    private static Instant midnight(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant();
    }
}
