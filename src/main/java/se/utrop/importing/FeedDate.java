package se.utrop.importing;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Dates of feeds: RFC 822 with the years of RFC 2822, or RFC 3339. */
final class FeedDate {

    private static final Pattern RFC_822 =
            Pattern.compile("(?:\\p{L}+\\.?\\s*,?\\s*)?(\\d{1,2})\\s+(\\p{L}{3})\\p{L}*\\s+(\\d{4}|\\d{2})"
                    + "\\s+(\\d{1,2}):(\\d{2})(?::(\\d{2}))?\\s*([+-]\\d{2}:?\\d{2}|\\p{L}{1,4})");

    private static final List<String> MONTHS =
            List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");

    private static final Map<String, Integer> ZONES = Map.ofEntries(
            Map.entry("GMT", 0),
            Map.entry("UT", 0),
            Map.entry("UTC", 0),
            Map.entry("Z", 0),
            Map.entry("CET", 1),
            Map.entry("CEST", 2),
            Map.entry("EST", -5),
            Map.entry("EDT", -4),
            Map.entry("CST", -6),
            Map.entry("CDT", -5),
            Map.entry("MST", -7),
            Map.entry("MDT", -6),
            Map.entry("PST", -8),
            Map.entry("PDT", -7));

    private FeedDate() {}

    /** Null where the text is no date with time and zone. */
    static @Nullable Instant parse(String text) {
        try {
            Matcher parts = RFC_822.matcher(text.strip());
            Instant instant = parts.matches() ? rfc822(parts) : rfc3339(text.strip());
            return instant.truncatedTo(ChronoUnit.MICROS);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Instant rfc3339(String text) {
        return OffsetDateTime.parse(text.toUpperCase(Locale.ROOT).replace(' ', 'T'))
                .toInstant();
    }

    private static Instant rfc822(Matcher parts) {
        return LocalDateTime.of(
                        year(parts.group(3)),
                        MONTHS.indexOf(parts.group(2).toUpperCase(Locale.ROOT)) + 1,
                        Integer.parseInt(parts.group(1)),
                        Integer.parseInt(parts.group(4)),
                        Integer.parseInt(parts.group(5)),
                        second(parts.group(6)))
                .toInstant(offset(parts.group(7).toUpperCase(Locale.ROOT)));
    }

    private static int year(String digits) {
        int year = Integer.parseInt(digits);
        return digits.length() == 4 ? year : year + (year < 50 ? 2000 : 1900);
    }

    /** A leap second ends the one before. */
    private static int second(@Nullable String digits) {
        return digits == null ? 0 : digits.equals("60") ? 59 : Integer.parseInt(digits);
    }

    private static ZoneOffset offset(String zone) {
        if (zone.startsWith("+") || zone.startsWith("-")) {
            return ZoneOffset.of(zone);
        }
        Integer hours = ZONES.get(zone);
        if (hours == null) {
            throw new DateTimeException("unknown zone " + zone);
        }
        return ZoneOffset.ofHours(hours);
    }
}
