package se.utrop.importing;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import se.utrop.news.Figure;

/** A listing's item whose title reads {@code 13 december: Lägesrapport om …}. */
record SituationReport(String series, List<Figure> figures) {

    private static final String BEGINNING = "Lägesrapport";

    private static final String NUMBER = "(?<![\\d.,])(\\d{1,3}(?: \\d{3})+|\\d+)";

    private static final Pattern PATIENTS =
            pattern("vårdas " + NUMBER + " patienter(?: (med [^,.]+?)(?= (?:vid|på|i) |[,.]|$))?");

    private static final Pattern CHANGE = pattern(NUMBER + " (fler|färre) än");

    static @Nullable SituationReport of(@Nullable StatedDay stated, String teaser) {
        if (stated == null || !stated.matter().startsWith(BEGINNING)) {
            return null;
        }
        return new SituationReport(
                stated.matter(), patients(teaser.replaceAll("\\s+", " ")).toList());
    }

    private static Stream<Figure> patients(String teaser) {
        return PATIENTS.matcher(teaser)
                .results()
                .limit(1)
                .map(found -> new Figure(
                        "patients-in-care",
                        found.group(2) == null ? "Vårdas" : "Vårdas " + found.group(2),
                        number(found.group(1)),
                        "patients",
                        change(teaser)));
    }

    private static @Nullable Double change(String teaser) {
        Matcher change = CHANGE.matcher(teaser);
        if (!change.find()) {
            return null;
        }
        double count = number(change.group(1));
        return change.group(2).equalsIgnoreCase("fler") ? count : -count;
    }

    private static double number(String digits) {
        return Double.parseDouble(digits.replace(" ", ""));
    }

    private static Pattern pattern(String text) {
        return Pattern.compile(text, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }
}
