package se.utrop.importing;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Computes when the news of a listing were published, newest first, from the days in some titles and from stored news.
 *
 * @param captured the day on which the listing was copied
 */
record ListingDates(LocalDate captured, ZoneId zone, Instant now) {

    ListingDates {
        if (captured.isAfter(LocalDate.ofInstant(now, zone))) {
            throw new ImportRefused(
                    "the day on which it was copied, %s, is in the future: set the day with --captured=yyyy-mm-dd"
                            .formatted(captured),
                    null);
        }
    }

    /**
     * An item of the listing.
     *
     * @param stored its time in the database, where it is known there
     */
    record Entry(
            long line, @Nullable StatedDay stated, @Nullable Instant stored) {

        boolean statesNewDay() {
            return stated != null && stored == null;
        }
    }

    /** One instant an entry, each before the one above; a stored one stays as it is where it keeps the order. */
    List<Instant> spread(List<Entry> entries) {
        Timeline timeline = new Timeline(entries.size(), micros(end()));
        @Nullable Long[] stored = inOrder(entries);
        @Nullable LocalDate[] days = days(entries, stored);
        for (int i = 0; i < days.length; i++) {
            LocalDate day = days[i];
            if (day != null) {
                timeline.within(i, startOf(day), noonOf(day), startOf(day.plusDays(1)));
            }
        }
        timeline.anchor(stored);
        return Arrays.stream(timeline.fill(noonOf(captured)))
                .mapToObj(ListingDates::instant)
                .toList();
    }

    private Instant end() {
        Instant midnight = captured.plusDays(1).atStartOfDay(zone).toInstant();
        return midnight.isBefore(now) ? midnight : now;
    }

    private @Nullable LocalDate[] days(List<Entry> entries, @Nullable Long[] stored) {
        @Nullable LocalDate[] days = new LocalDate[entries.size()];
        LocalDate above = captured;
        LocalDate latest = captured;
        for (int i = 0; i < days.length; i++) {
            latest = earlier(latest, stored[i]);
            Entry entry = entries.get(i);
            if (entry.stated() != null && entry.statesNewDay()) {
                LocalDate day = entry.stated().notAfter(latest);
                requireOrder(entry.line(), day, above);
                days[i] = latest = above = day;
            }
        }
        return days;
    }

    private void requireOrder(long line, LocalDate day, LocalDate above) {
        if (day.isAfter(captured)) {
            throw new ImportRefused(
                    line,
                    "states %s, but the listing was copied on %s: set the day with --captured=yyyy-mm-dd"
                            .formatted(day, captured));
        }
        if (day.isAfter(above)) {
            throw new ImportRefused(
                    line, "states %s below %s: put the items in order, newest first".formatted(day, above));
        }
    }

    private LocalDate earlier(LocalDate day, @Nullable Long stored) {
        LocalDate other = stored == null ? day : LocalDate.ofInstant(instant(stored), zone);
        return other.isBefore(day) ? other : day;
    }

    /** The stored times, without the fewest that have to go for the rest to be in order. */
    private @Nullable Long[] inOrder(List<Entry> entries) {
        long end = micros(end());
        List<Integer> candidates = new ArrayList<>();
        long[] times = new long[entries.size()];
        for (int i = 0; i < times.length; i++) {
            Instant stored = entries.get(i).stored();
            if (stored != null && micros(stored) < end - i) {
                times[i] = -micros(stored) - i;
                candidates.add(i);
            }
        }
        @Nullable Long[] kept = new Long[times.length];
        longestAscent(times, candidates).forEach(i -> kept[i] = -times[i] - i);
        return kept;
    }

    private static Stream<Integer> longestAscent(long[] values, List<Integer> indexes) {
        int[] before = new int[values.length];
        List<Integer> ends = new ArrayList<>();
        for (int i : indexes) {
            int length = shorterThan(values, ends, values[i]);
            before[i] = length == 0 ? -1 : ends.get(length - 1);
            if (length == ends.size()) {
                ends.add(i);
            } else {
                ends.set(length, i);
            }
        }
        return ends.isEmpty() ? Stream.empty() : Stream.iterate(ends.getLast(), i -> i >= 0, i -> before[i]);
    }

    private static int shorterThan(long[] values, List<Integer> ends, long value) {
        int low = 0;
        int high = ends.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (values[ends.get(middle)] <= value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private long startOf(LocalDate day) {
        return micros(day.atStartOfDay(zone).toInstant());
    }

    private long noonOf(LocalDate day) {
        return micros(day.atTime(LocalTime.NOON).atZone(zone).toInstant());
    }

    private static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), Timeline.SECOND), instant.getNano() / 1000);
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, Timeline.SECOND), Math.floorMod(micros, Timeline.SECOND) * 1000);
    }
}
