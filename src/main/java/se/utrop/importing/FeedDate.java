package se.utrop.importing;

import static java.util.Objects.requireNonNullElse;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import se.utrop.news.DatePrecision;

/**
 * A date of a feed, as feeds really write them: RFC 822 and RFC 3339 with the usual departures from both.
 *
 * @param instant noon where only the day is stated
 */
record FeedDate(Instant instant, DatePrecision precision) {

    private static final int LONGEST = 200;

    private static final String CLOCK = "(?<hour>\\d{1,2})[:.](?<minute>\\d{2})(?:[:.](?<second>\\d{2})"
            + "(?:[.,](?<fraction>\\d{1,9})\\d*)?)?(?:\\s*(?<half>[AaPp])\\.?[Mm]\\.?)?";

    private static final String ZONE = "(?:\\s*(?<zone>[+-]\\d{1,2}(?::?\\d{2})?|[A-Za-z][A-Za-z_]*(?:/[A-Za-z_]+)*"
            + "(?:\\s*[+-]\\d{1,2}(?::?\\d{2})?)?))?";

    private static final String TIME = "(?:(?:\\s*,\\s*|\\s+)(?:kl\\.?\\s*|at\\s+)?" + CLOCK + ZONE + ")?";

    private static final String WEEKDAY = "(?:[\\p{L}]{2,}\\.?\\s*,?\\s+|[\\p{L}]{2,}\\.?,\\s*)?(?:den\\s+)?";

    private static final String YEAR = "(?<year>\\d{4}|\\d{2})";

    private static final String MONTH_NAME = "(?<month>\\p{L}{3,})\\.?";

    private static final List<Pattern> FORMS = List.of(
            form("(?<year>\\d{4})([-/.])(?<month>\\d{1,2})\\2(?<day>\\d{1,2})(?:(?:T|,?\\s*(?:kl\\.?\\s*)?)" + CLOCK
                    + ZONE + ")?"),
            form(
                    "(?<year>\\d{4})-?(?<month>\\d{2})-?(?<day>\\d{2})T(?<hour>\\d{2})(?:(?<minute>\\d{2})(?<second>\\d{2})?"
                        + "(?:[.,](?<fraction>\\d{1,9})\\d*)?)?" + ZONE),
            form("(?<year>\\d{4})(?<month>\\d{2})(?<day>\\d{2})(?:(?:T|\\s+)" + CLOCK + ZONE + ")?"),
            form(WEEKDAY + "(?<day>\\d{1,2})(?:st|nd|rd|th|\\.|:[ae])?[-\\s]\\s*" + MONTH_NAME + "[-\\s,]\\s*" + YEAR
                    + TIME),
            form(WEEKDAY + MONTH_NAME + "\\s+(?<day>\\d{1,2})(?:st|nd|rd|th)?\\s*,?\\s+" + YEAR + TIME),
            form(WEEKDAY + MONTH_NAME + "\\s+(?<day>\\d{1,2})\\s+" + CLOCK + ZONE + "\\s+(?<year>\\d{4})"),
            form(WEEKDAY + "(?<day>\\d{1,2})\\.(?<month>\\d{1,2})\\.(?<year>\\d{4})" + TIME));

    private static final Pattern OFFSET = Pattern.compile("(?:GMT|UTC?)?([+-])(\\d{1,2})(?::?(\\d{2}))?");
    private static final Pattern ORDINAL = Pattern.compile("(\\d{4})-(\\d{3})");
    private static final Pattern EPOCH = Pattern.compile("(1\\d{9})(\\d{3})?");
    private static final Pattern COMMENT = Pattern.compile("\\([^)]*\\)|\\[[A-Za-z/_]*]");
    private static final Pattern GLUED = Pattern.compile("(?<=\\d{4}-\\d{2}-\\d{2})t(?=\\d)");

    private static final List<Set<String>> MONTHS = List.of(
            Set.of("january", "januari", "januar", "jan"),
            Set.of("february", "februari", "februar", "febr", "feb"),
            Set.of("march", "mars", "märz", "marts", "mar"),
            Set.of("april", "apr"),
            Set.of("may", "maj", "mai"),
            Set.of("june", "juni", "jun"),
            Set.of("july", "juli", "jul"),
            Set.of("august", "augusti", "aug"),
            Set.of("september", "sept", "sep"),
            Set.of("october", "oktober", "oct", "okt"),
            Set.of("november", "nov"),
            Set.of("december", "desember", "dezember", "dec", "des", "dez"));

    private static final Map<String, String> ZONES = Map.ofEntries(
            Map.entry("Z", "Z"),
            Map.entry("GMT", "Z"),
            Map.entry("UT", "Z"),
            Map.entry("UTC", "Z"),
            Map.entry("WET", "Z"),
            Map.entry("BST", "+01:00"),
            Map.entry("WEST", "+01:00"),
            Map.entry("CET", "+01:00"),
            Map.entry("MET", "+01:00"),
            Map.entry("MEZ", "+01:00"),
            Map.entry("CEST", "+02:00"),
            Map.entry("MEST", "+02:00"),
            Map.entry("MESZ", "+02:00"),
            Map.entry("EET", "+02:00"),
            Map.entry("EEST", "+03:00"),
            Map.entry("MSK", "+03:00"),
            Map.entry("JST", "+09:00"),
            Map.entry("AEST", "+10:00"),
            Map.entry("AEDT", "+11:00"),
            Map.entry("AST", "-04:00"),
            Map.entry("ADT", "-03:00"),
            Map.entry("EST", "-05:00"),
            Map.entry("EDT", "-04:00"),
            Map.entry("CST", "-06:00"),
            Map.entry("CDT", "-05:00"),
            Map.entry("MST", "-07:00"),
            Map.entry("MDT", "-06:00"),
            Map.entry("PST", "-08:00"),
            Map.entry("PDT", "-07:00"),
            Map.entry("AKST", "-09:00"),
            Map.entry("AKDT", "-08:00"),
            Map.entry("HST", "-10:00"));

    private static Pattern form(String pattern) {
        return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    /** Null where the text is no date, or one that software writes where it has none. */
    static @Nullable FeedDate parse(String text, ZoneId zone) {
        if (text.length() > LONGEST) {
            return null;
        }
        String date = GLUED.matcher(
                        COMMENT.matcher(text).replaceAll(" ").strip().replaceAll("[\\s\\x{A0}]+", " "))
                .replaceFirst("T");
        try {
            FeedDate parsed = parsed(date, zone);
            return parsed == null || parsed.isPlaceholder() ? null : parsed;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static @Nullable FeedDate parsed(String text, ZoneId zone) {
        for (Pattern form : FORMS) {
            Matcher parts = form.matcher(text);
            if (parts.matches()) {
                return of(parts, zone);
            }
        }
        Matcher ordinal = ORDINAL.matcher(text);
        if (ordinal.matches()) {
            return day(
                    LocalDate.ofYearDay(Integer.parseInt(ordinal.group(1)), Integer.parseInt(ordinal.group(2))), zone);
        }
        Matcher epoch = EPOCH.matcher(text);
        return epoch.matches()
                ? new FeedDate(Instant.ofEpochSecond(Long.parseLong(epoch.group(1))), DatePrecision.EXACT)
                : null;
    }

    private static FeedDate of(Matcher parts, ZoneId zone) {
        LocalDate day = LocalDate.of(year(parts.group("year")), month(parts.group("month")), number(parts, "day"));
        if (absent(parts, "hour")) {
            return day(day, zone);
        }
        int hour = hour(number(parts, "hour"), part(parts, "half"));
        boolean midnight = hour == 24 && number(parts, "minute") == 0;
        LocalDateTime time = LocalDateTime.of(
                midnight ? day.plusDays(1) : day,
                LocalTime.of(
                        midnight ? 0 : hour,
                        number(parts, "minute"),
                        // A leap second ends the one before.
                        number(parts, "second") == 60 ? 59 : number(parts, "second"),
                        nanos(part(parts, "fraction"))));
        Instant instant = time.atZone(zone(part(parts, "zone"), zone)).toInstant();
        return new FeedDate(instant.truncatedTo(ChronoUnit.MICROS), DatePrecision.EXACT);
    }

    private static FeedDate day(LocalDate day, ZoneId zone) {
        return new FeedDate(day.atTime(LocalTime.NOON).atZone(zone).toInstant(), DatePrecision.DAY);
    }

    private boolean isPlaceholder() {
        return Duration.between(Instant.EPOCH, instant).abs().compareTo(Duration.ofDays(1)) < 0
                || instant.isBefore(Instant.parse("0002-01-01T00:00:00Z"));
    }

    private static int year(String digits) {
        int year = Integer.parseInt(digits);
        return digits.length() == 4 ? year : year + (year < 50 ? 2000 : 1900);
    }

    private static int month(String text) {
        if (Character.isDigit(text.charAt(0))) {
            return Integer.parseInt(text);
        }
        String name = text.toLowerCase(Locale.ROOT);
        for (int i = 0; i < MONTHS.size(); i++) {
            if (MONTHS.get(i).contains(name)) {
                return i + 1;
            }
        }
        throw new DateTimeException("unknown month " + text);
    }

    private static int hour(int hour, @Nullable String half) {
        if (half == null) {
            return hour;
        }
        if (hour < 1 || hour > 12) {
            throw new DateTimeException("no such hour");
        }
        return hour % 12 + (half.equalsIgnoreCase("p") ? 12 : 0);
    }

    private static int nanos(@Nullable String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction + "000000000").substring(0, 9));
    }

    private static ZoneId zone(@Nullable String text, ZoneId newsroom) {
        if (text == null) {
            return newsroom;
        }
        String name = text.toUpperCase(Locale.ROOT).replace(" ", "");
        Matcher offset = OFFSET.matcher(name);
        if (offset.matches()) {
            int minutes =
                    Integer.parseInt(offset.group(2)) * 60 + Integer.parseInt(requireNonNullElse(offset.group(3), "0"));
            return ZoneOffset.ofTotalSeconds((offset.group(1).equals("-") ? -60 : 60) * minutes);
        }
        String known = ZONES.get(name);
        return known == null && text.contains("/") ? ZoneId.of(text) : ZoneOffset.of(requireNonNullElse(known, "?"));
    }

    private static int number(Matcher parts, String name) {
        String digits = part(parts, name);
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static boolean absent(Matcher parts, String name) {
        return part(parts, name) == null;
    }

    private static @Nullable String part(Matcher parts, String name) {
        return parts.pattern().namedGroups().containsKey(name) ? parts.group(name) : null;
    }
}
