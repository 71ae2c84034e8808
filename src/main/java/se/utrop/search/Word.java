package se.utrop.search;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import se.utrop.search.Expression.Term;

/**
 * A word of a term as it is written, in lower case.
 *
 * @param term the number of the term
 * @param position its position in the term, from 1
 * @param forms those that the word may have, itself among them
 * @param candidates what to look up: the forms, and those of the word that it is if it was written on a foreign keyboard
 */
record Word(int term, int position, String text, Set<String> forms, Set<String> candidates) {

    /** What many words end with that are no compounds: hantering is no ring. */
    private static final Pattern SUFFIX = Pattern.compile(
            "ring|ning|ling|het|are|lig|skap|dom|isk|ande|ende|else|bar|sam|sion|tion|ing|ist|eri|era|ant|ent|iv|al|ar|er|en|et|ort|age|ion|ment|ell");

    private static final Pattern ENDING = Pattern.compile("(?<=.{3})(?:arna|orna|erna|en|et|ar|or|er|an)s?$");

    /** In capitals, perhaps with the -s of a genitive: SL, SLs. */
    private static final Pattern ABBREVIATION = Pattern.compile("\\p{Lu}{2,5}s?");

    private static final int SHORTEST_PART = 3;

    private static final int LONGEST_PART = 40;

    /** The words of these terms. */
    static List<Word> of(List<Term> terms, Language language) {
        List<Word> words = new ArrayList<>();
        for (int term = 0; term < terms.size(); term++) {
            String[] texts = terms.get(term).text().split(" ", -1);
            for (int i = 0; i < texts.length; i++) {
                words.add(of(term, i + 1, texts[i], language));
            }
        }
        return words;
    }

    private static Word of(int term, int position, String written, Language language) {
        String text = written.toLowerCase(Locale.ROOT);
        Set<String> forms = new LinkedHashSet<>(language.forms(text));
        forms.addAll(language.forms(Accents.folded(text)));
        if (ABBREVIATION.matcher(written).matches()) {
            forms.add(text + "s");
            forms.add(text.replaceFirst("s$", ""));
        }
        Set<String> candidates = new LinkedHashSet<>(forms);
        candidates.addAll(language.forms(Accents.withSwedishLetters(text)));
        return new Word(term, position, text, forms, candidates);
    }

    /** Whether the other word is a form of this one, accents aside. */
    boolean hasForm(String other) {
        return forms.contains(other) || forms.contains(Accents.folded(other));
    }

    /** Whether accents may be missing. */
    boolean isFolded() {
        return !Accents.hasSwedishLetters(text);
    }

    /** Whether other words may be compounds of this one. */
    boolean isPart() {
        return part().length() >= SHORTEST_PART
                && text.length() <= LONGEST_PART
                && text.chars().noneMatch(Character::isDigit);
    }

    /** What compounds hold of the word, whatever its form. */
    String part() {
        return ENDING.matcher(text).replaceFirst("");
    }

    /** What a compound begins with. */
    String start() {
        return part().length() > SHORTEST_PART ? part().replaceFirst("[ae]$", "") : part();
    }

    Strictness strictness() {
        if (SUFFIX.matcher(text).matches()) {
            return Strictness.WORD;
        }
        return switch (part().length()) {
            case 1, 2, 3 -> Strictness.STEM;
            case 4 -> Strictness.CONSONANT;
            default -> Strictness.NONE;
        };
    }

    /** How sure it has to be that a word is a compound of another: what the rest must be. */
    enum Strictness {
        /** Anything. */
        NONE,
        /** The stem of a word, or something with a consonant at its end. */
        CONSONANT,
        /** The stem of a word, or something longer with a consonant at its end. */
        STEM,
        /** A word. */
        WORD
    }
}
