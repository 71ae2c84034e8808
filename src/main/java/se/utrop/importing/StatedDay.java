package se.utrop.importing;

import java.time.LocalDate;
import java.time.MonthDay;
import java.time.Year;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The day at the beginning of a title, such as {@code 13 december: Lägesrapport om covid-19}.
 *
 * @param year null if the title doesn't state it; the order of the listing decides then
 * @param matter the text after the colon
 */
record StatedDay(MonthDay day, @Nullable Year year, String matter) {

    private static final List<String> MONTHS = List.of(
            "januari",
            "februari",
            "mars",
            "april",
            "maj",
            "juni",
            "juli",
            "augusti",
            "september",
            "oktober",
            "november",
            "december");

    private static final Pattern TITLE = Pattern.compile(
            "(\\d{1,2}) +(%s)(?: +(\\d{4}))? *:\\s*(.*)".formatted(String.join("|", MONTHS)), Pattern.CASE_INSENSITIVE);

    static @Nullable StatedDay of(String title) {
        Matcher stated = TITLE.matcher(title);
        if (!stated.matches()) {
            return null;
        }
        int month = MONTHS.indexOf(stated.group(2).toLowerCase(Locale.ROOT)) + 1;
        int day = Integer.parseInt(stated.group(1));
        String year = stated.group(3);
        if (day < 1
                || day
                        > Year.of(year == null ? 2024 : Integer.parseInt(year))
                                .atMonth(month)
                                .lengthOfMonth()) {
            return null;
        }
        return new StatedDay(MonthDay.of(month, day), year == null ? null : Year.parse(year), stated.group(4));
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
