package se.utrop.importing;

import java.time.LocalDate;
import java.time.MonthDay;
import java.time.Year;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import se.utrop.text.SwedishMonths;

/**
 * The day at the beginning of a title, such as {@code 13 december: Lägesrapport om covid-19}, or on a line of its own.
 *
 * @param year null if the title doesn't state it; the order of the listing decides then
 * @param matter the text after the colon
 */
record StatedDay(MonthDay day, @Nullable Year year, String matter) {

    private static final Pattern TITLE = Pattern.compile(
            "(\\d{1,2}) +(%s)(?: +(\\d{4}))? *:\\s*(.*)".formatted(String.join("|", SwedishMonths.NAMES)),
            Pattern.CASE_INSENSITIVE);

    private static final Pattern LINE = Pattern.compile(
            "(?:publicera(?:d|t|des)|uppdatera(?:d|t|des)|datum|den|(?:mån|tis|ons|tors|fre|lör|sön)(?:dag)?(?:en)?)?[:.,]?\\s*"
                + "(?:(?:mån|tis|ons|tors|fre|lör|sön)(?:dag)?(?:en)?[.,]?\\s+)?(?:den\\s+)?(?:(\\d{1,2})"
                + " +(jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)(\\p{L}*)\\.?(?:,?"
                + " +(\\d{4}))?|(\\d{4})-(\\d{2})-(\\d{2}))(?:,? +(?:kl\\.? *)?\\d{1,2}[.:]\\d{2})?\\.?",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    static @Nullable StatedDay of(String title) {
        Matcher stated = TITLE.matcher(title);
        if (!stated.matches()) {
            return null;
        }
        int month = SwedishMonths.NAMES.indexOf(stated.group(2).toLowerCase(Locale.ROOT)) + 1;
        return of(Integer.parseInt(stated.group(1)), month, stated.group(3), stated.group(4));
    }

    /** The day of a line that states nothing else. */
    static @Nullable StatedDay alone(String line) {
        Matcher stated = LINE.matcher(line);
        if (!stated.matches()) {
            return null;
        }
        if (stated.group(5) != null) {
            return of(Integer.parseInt(stated.group(7)), Integer.parseInt(stated.group(6)), stated.group(5), "");
        }
        String name = (stated.group(2) + stated.group(3)).toLowerCase(Locale.ROOT);
        int month = 1;
        while (month <= SwedishMonths.NAMES.size()
                && !SwedishMonths.NAMES.get(month - 1).startsWith(name.equals("sept") ? "sep" : name)) {
            month++;
        }
        return of(Integer.parseInt(stated.group(1)), month, stated.group(4), "");
    }

    private static @Nullable StatedDay of(int day, int month, @Nullable String year, String matter) {
        if (month < 1 || month > SwedishMonths.NAMES.size()) {
            return null;
        }
        if (day < 1
                || day
                        > Year.of(year == null ? 2024 : Integer.parseInt(year))
                                .atMonth(month)
                                .lengthOfMonth()) {
            return null;
        }
        return new StatedDay(MonthDay.of(month, day), year == null ? null : Year.parse(year), matter);
    }

    /** The stated day itself, or where it has no year the latest such day that isn't after {@code latest}. */
    LocalDate notAfter(LocalDate latest) {
        if (year != null) {
            return year.atMonthDay(day);
        }
        Year candidate = Year.from(latest);
        while (!day.isValidYear(candidate.getValue())
                || candidate.atMonthDay(day).isAfter(latest)) {
            candidate = candidate.minusYears(1);
        }
        return candidate.atMonthDay(day);
    }
}
