package se.utrop.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import se.utrop.search.Dates.Dated;
import se.utrop.search.Expression.All;
import se.utrop.search.Expression.Any;
import se.utrop.search.Expression.Term;

/** Adds to the words of a search what texts write for the same: 2 260 for 2260, miljoner kronor for mkr, and what a date names. */
final class Spellings {

    private static final Map<String, List<String>> UNITS = Map.of(
            "mkr", List.of("mnkr", "miljoner kronor"),
            "mnkr", List.of("mkr", "miljoner kronor"),
            "mdkr", List.of("miljarder kronor"),
            "tkr", List.of("tusen kronor"),
            "kr", List.of("kronor"),
            "st", List.of("s t", "sankt"),
            "sankt", List.of("s t", "st"),
            "sankta", List.of("s ta", "sta"));

    private static final Map<String, List<String>> PAIRS = Map.of(
            "miljoner kronor", List.of("mkr", "mnkr"),
            "miljarder kronor", List.of("mdkr"),
            "tusen kronor", List.of("tkr"),
            "s t", List.of("st", "sankt"),
            "s ta", List.of("sta", "sankta"));

    /** Words of the longest date. */
    private static final int DATE = 3;

    private static final Pattern HUNDREDS = Pattern.compile("\\d{1,3}");

    private static final Pattern THOUSANDS = Pattern.compile("\\d{3}");

    private static final Pattern LARGE_NUMBER = Pattern.compile("(\\d{1,3}?)((?:\\d{3})+)");

    private static final Pattern NAME_AND_NUMBER = Pattern.compile("(\\p{L}{2,})(\\d+)");

    private final List<Expression> parts;

    private final List<Expression> read = new ArrayList<>();

    private int next;

    private Spellings(List<Expression> parts) {
        this.parts = parts;
    }

    /** The same parts, of which single words and neighbours stand for more. */
    static List<Expression> of(List<Expression> parts) {
        Spellings spellings = new Spellings(parts);
        while (spellings.next < parts.size()) {
            spellings.read.add(spellings.part());
        }
        return List.copyOf(spellings.read);
    }

    /** What is written without a blank, as in covid-19, S:t and 2022-12-13. */
    static Expression ofHyphenated(List<Term> terms) {
        Expression day = Dates.day(terms);
        return day == null ? apart(List.copyOf(terms)) : day;
    }

    private static Expression apart(List<Expression> terms) {
        All apart = new All(of(terms));
        String joined = joined(apart);
        return terms.size() == 2 && NAME_AND_NUMBER.matcher(joined).matches()
                ? new Any(List.of(apart, new Term(joined, false)))
                : apart;
    }

    private Expression part() {
        String word = word(0);
        if (word.isEmpty()) {
            return parts.get(next++);
        }
        String pair = word + " " + word(1);
        if (PAIRS.containsKey(pair)) {
            return any(all(2), PAIRS.get(pair));
        }
        Dated date = Dates.read(before(), ahead());
        if (date != null) {
            next += date.words();
            return date.meaning();
        }
        int groups = groups();
        if (groups > 1) {
            Expression apart = all(groups);
            return new Any(List.of(apart, new Term(joined(apart), false)));
        }
        return single(word);
    }

    private Expression single(String word) {
        Expression written = parts.get(next++);
        if (UNITS.containsKey(word)) {
            return any(written, UNITS.get(word));
        }
        Matcher number = LARGE_NUMBER.matcher(word);
        if (number.matches()) {
            return any(written, List.of(grouped(number.group(1), number.group(2))));
        }
        Matcher name = NAME_AND_NUMBER.matcher(word);
        return name.matches() ? any(written, List.of(name.group(1) + " " + name.group(2))) : written;
    }

    private @Nullable Term before() {
        return next > 0 && parts.get(next - 1) instanceof Term term ? term : null;
    }

    /** The next words, as many as stand by themselves, up to those of the longest date. */
    private List<Term> ahead() {
        return IntStream.range(0, DATE)
                .takeWhile(i -> !word(i).isEmpty())
                .mapToObj(i -> (Term) parts.get(next + i))
                .toList();
    }

    /** How many of the next words are one number, as in 2 260. */
    private int groups() {
        if (!HUNDREDS.matcher(word(0)).matches()) {
            return 1;
        }
        return 1
                + (int) IntStream.iterate(1, i -> THOUSANDS.matcher(word(i)).matches(), i -> i + 1)
                        .count();
    }

    private static String grouped(String first, String others) {
        return first + others.replaceAll("(\\d{3})", " $1");
    }

    private static String joined(Expression apart) {
        return String.join("", apart.terms().stream().map(Term::text).toList());
    }

    private Expression all(int words) {
        next += words;
        return new All(List.copyOf(parts.subList(next - words, next)));
    }

    private static Expression any(Expression written, List<String> others) {
        return new Any(Stream.concat(
                        Stream.of(written), others.stream().map(text -> new Term(text, text.indexOf(' ') > 0)))
                .toList());
    }

    /** The word so many parts ahead in lower case; empty where none stands by itself. */
    private String word(int ahead) {
        return next + ahead < parts.size() && parts.get(next + ahead) instanceof Term term && !term.phrase()
                ? term.text().toLowerCase(Locale.ROOT)
                : "";
    }
}
