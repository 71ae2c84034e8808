package se.utrop.search;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import se.utrop.search.Expression.All;
import se.utrop.search.Expression.Any;
import se.utrop.search.Expression.Published;
import se.utrop.search.Expression.Term;
import se.utrop.text.SwedishMonths;

/**
 * Reads the dates of a search: days as in {@code 13 december}, {@code 13 dec 2022} and {@code 2022-12-13}, weeks as in {@code
 * vecka 48 2022}, months as in {@code december 2022}, and years. A date stands for the news published then, and for those whose
 * text holds it. What is no date, such as {@code 31 februari}, is read as words.
 */
final class Dates {

    private static final int ABBREVIATED = 3;

    /** Months with a second abbreviation. */
    private static final Map<String, String> LONGER_ABBREVIATIONS = Map.of("februari", "febr", "september", "sept");

    private static final Map<String, Integer> MONTHS = IntStream.rangeClosed(1, SwedishMonths.NAMES.size())
            .boxed()
            .flatMap(month -> Stream.concat(Stream.of(name(month)), abbreviations(month))
                    .distinct()
                    .map(name -> Map.entry(name, month)))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

    private static final Set<String> WEEK = Set.of("v", "vecka", "veckan");

    private static final Pattern YEAR = Pattern.compile("(?:19|20)\\d\\d");

    private static final Pattern DAY = Pattern.compile("[12]?\\d|3[01]");

    private static final Pattern NUMBER = Pattern.compile("\\d{1,2}");

    private final List<Term> words;

    private Dates(List<Term> words) {
        this.words = words;
    }

    /** @param words how many it has */
    record Dated(int words, Expression meaning) {}

    /**
     * The date that these words begin with, and null if they begin with none.
     *
     * @param before the word before them: behind a day, a month is a word of the text
     */
    static @Nullable Dated read(@Nullable Term before, List<Term> words) {
        Dates dates = new Dates(words);
        Dated day = dates.day();
        return day != null ? day : dates.isWeek() ? dates.week() : dates.isMonth() ? dates.month(before) : dates.year();
    }

    /** The day of a date as in {@code 2022-12-13}; null if these words are none. */
    static @Nullable Expression day(List<Term> yearMonthDay) {
        Dates dates = new Dates(yearMonthDay);
        if (yearMonthDay.size() != 3 || !dates.isYear(0) || !dates.isNumber(1) || !dates.isNumber(2)) {
            return null;
        }
        LocalDate day = day(dates.number(0), dates.number(1), dates.number(2));
        return day == null
                ? null
                : new Any(List.of(
                        new All(List.copyOf(yearMonthDay)),
                        new All(List.of(
                                new Term(String.valueOf(day.getDayOfMonth()), false),
                                month(day.getMonthValue()),
                                dates.ofYear(0))),
                        published(day)));
    }

    private @Nullable Dated day() {
        if (!isNumber(0) || !MONTHS.containsKey(word(1))) {
            return null;
        }
        return isYear(2) ? dayOfYear() : dayOfAnyYear();
    }

    private @Nullable Dated dayOfYear() {
        LocalDate day = day(number(2), monthAt(1), number(0));
        return day == null
                ? null
                : new Dated(
                        3,
                        new Any(List.of(new All(List.of(words.get(0), month(monthAt(1)), ofYear(2))), published(day))));
    }

    /** By the lexeme of a day of a month, which is written as XML Schema's gMonthDay. */
    private @Nullable Dated dayOfAnyYear() {
        try {
            MonthDay day = MonthDay.of(monthAt(1), number(0));
            return new Dated(
                    2,
                    new Any(List.of(new All(List.of(words.get(0), month(monthAt(1)))), new Published("day:" + day))));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private boolean isWeek() {
        return WEEK.contains(word(0)) && isNumber(1) && isYear(2);
    }

    private @Nullable Dated week() {
        LocalDate monday = monday(number(2), number(1));
        if (monday == null) {
            return null;
        }
        List<Expression> either = new ArrayList<>();
        either.add(new All(
                List.of(new Any(List.of(new Term("vecka", false), new Term("v", true))), words.get(1), ofYear(2))));
        IntStream.range(0, 7).mapToObj(day -> published(monday.plusDays(day))).forEach(either::add);
        return new Dated(3, new Any(List.copyOf(either)));
    }

    private boolean isMonth() {
        return MONTHS.containsKey(word(0)) && isYear(1);
    }

    /** The news of a month, or of a year if it follows a day that the month doesn't have: then the month is a word of the text. */
    private Dated month(@Nullable Term before) {
        boolean isOfDay = before != null && DAY.matcher(before.text()).matches();
        return new Dated(
                2,
                isOfDay
                        ? new All(List.of(words.get(0), ofYear(1)))
                        : new Any(List.of(
                                new All(List.of(month(monthAt(0)), words.get(1))),
                                new Published("month:%s-%02d".formatted(word(1), monthAt(0))))));
    }

    private @Nullable Dated year() {
        return isYear(0) ? new Dated(1, ofYear(0)) : null;
    }

    private Expression ofYear(int index) {
        return new Any(List.of(words.get(index), new Published("year:" + word(index))));
    }

    /** Abbreviations are no parts of other words. */
    private static Expression month(int month) {
        Term name = new Term(name(month), false);
        List<Expression> either = new ArrayList<>(List.of(name));
        abbreviations(month)
                .filter(abbreviation -> !abbreviation.equals(name.text()))
                .map(abbreviation -> new Term(abbreviation, true))
                .forEach(either::add);
        return either.size() == 1 ? name : new Any(List.copyOf(either));
    }

    private static String name(int month) {
        return SwedishMonths.NAMES.get(month - 1);
    }

    private static Stream<String> abbreviations(int month) {
        String name = name(month);
        return Stream.concat(
                Stream.of(name.substring(0, ABBREVIATED)), Stream.ofNullable(LONGER_ABBREVIATIONS.get(name)));
    }

    private static Published published(LocalDate day) {
        return new Published("day:" + day);
    }

    private static @Nullable LocalDate day(int year, int month, int day) {
        try {
            return LocalDate.of(year, month, day);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Of a week by ISO 8601; null if the year doesn't have it. */
    private static @Nullable LocalDate monday(int year, int week) {
        LocalDate first = LocalDate.of(year, 1, 4);
        LocalDate monday =
                first.plusWeeks(week - 1L).minusDays(first.getDayOfWeek().getValue() - 1L);
        return monday.get(IsoFields.WEEK_BASED_YEAR) == year && monday.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR) == week
                ? monday
                : null;
    }

    private int monthAt(int index) {
        return MONTHS.getOrDefault(word(index), 0);
    }

    private boolean isYear(int index) {
        return YEAR.matcher(word(index)).matches();
    }

    private boolean isNumber(int index) {
        return NUMBER.matcher(word(index)).matches();
    }

    private int number(int index) {
        return Integer.parseInt(word(index));
    }

    private String word(int index) {
        return index < words.size() ? words.get(index).text().toLowerCase(Locale.ROOT) : "";
    }
}
