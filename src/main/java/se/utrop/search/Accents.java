package se.utrop.search;

import java.text.Normalizer;
import java.util.regex.Pattern;

/** Letters with accents, and how people write them on a keyboard that lacks them. */
final class Accents {

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");

    /** The letters that Swedish has beyond a to z. */
    private static final Pattern SWEDISH = Pattern.compile("[åäö]");

    private static final Pattern FOREIGN = Pattern.compile("[^\\p{ASCII}åäö]");

    private Accents() {}

    /** The word without accents, as in idé and crème, but with the letters of Swedish. */
    static String folded(String word) {
        return FOREIGN.matcher(word)
                .replaceAll(letter -> MARKS.matcher(Normalizer.normalize(letter.group(), Normalizer.Form.NFD))
                        .replaceAll(""));
    }

    static boolean hasSwedishLetters(String word) {
        return SWEDISH.matcher(word).find();
    }

    /** The word with the letters of Swedish where it has those that stand for them: järfälla of jaerfaella. */
    static String withSwedishLetters(String word) {
        return word.replace("aa", "å").replace("ae", "ä").replace("oe", "ö");
    }
}
