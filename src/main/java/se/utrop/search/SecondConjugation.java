package se.utrop.search;

import java.util.List;
import java.util.stream.Stream;

/** The forms of Swedish verbs such as bygga, köpa, möta, leda, sända, känna and höra. */
final class SecondConjugation {

    private static final String VOWEL = "[aeiouyåäö]";

    private SecondConjugation() {}

    /** All forms of the verb with this infinitive, and of the noun in -ning that is made of it. */
    static List<String> forms(String infinitive) {
        String stem = infinitive.substring(0, infinitive.length() - 1);
        return Stream.concat(
                        past(stem).stream(),
                        Stream.of("a", present(stem), "ande", "ning", "ningen", "ningar", "ningarna")
                                .map(stem::concat))
                .distinct()
                .toList();
    }

    private static String present(String stem) {
        return stem.endsWith("r") ? "" : "er";
    }

    private static List<String> past(String stem) {
        String shorter = stem.substring(0, stem.length() - 1);
        if (stem.endsWith("nd")) {
            return endings(shorter, "de t d da");
        }
        if (stem.matches(".*" + VOWEL + "d")) {
            return endings(shorter, "dde tt dd dda");
        }
        if (stem.matches(".*(?:mm|nn)")) {
            return endings(shorter, "de t d da");
        }
        return endings(stem, stem.matches(".*[kpstx]") ? "te t ta" : "de t d da");
    }

    private static List<String> endings(String stem, String endings) {
        return Stream.of(endings.split(" ", -1)).map(stem::concat).toList();
    }
}
