package se.utrop.search;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import se.utrop.search.Expression.All;
import se.utrop.search.Expression.Any;
import se.utrop.search.Expression.Term;
import se.utrop.search.Expression.Without;
import se.utrop.text.Characters;

/**
 * Parses search expressions: words, "phrases", -excluded words, and OR between two of them. Every text is valid: signs
 * without a meaning are ignored, and a quotation mark that is not closed ends with the text. A minus before a number is its
 * sign and excludes nothing, as in {@code -359 miljoner}.
 */
final class QueryReader {

    /** As many words as count; what follows is left out. */
    static final int WORDS = 20;

    /** A number, perhaps behind more dashes or a currency sign. */
    private static final String NUMBER = "[\\p{Pd}\\x{2212}\\p{Sc}.,]*\\p{Nd}";

    private static final Pattern PIECE =
            Pattern.compile("(?<without>(?:-(?!" + NUMBER + "))?)(?:\"(?<phrase>[^\"]*)\"?|(?<words>[^\\s\"]+))");

    /** Typographic quotation marks, as phones write them. */
    private static final Pattern QUOTES = Pattern.compile("[“”„‟«»]");

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}\\p{M}]+");

    private final List<Expression> parts = new ArrayList<>();

    /** The indexes of parts that end with a hanging hyphen. */
    private final Set<Integer> hanging = new HashSet<>();

    private boolean alternative;

    private int left = WORDS;

    private QueryReader() {}

    static Expression read(String text) {
        QueryReader reader = new QueryReader();
        PIECE.matcher(QUOTES.matcher(normal(text)).replaceAll("\"")).results().forEach(reader::piece);
        return new All(Spellings.of(HangingHyphens.completed(reader.parts, reader.hanging)));
    }

    private void piece(MatchResult piece) {
        if (isOr(piece)) {
            alternative = !parts.isEmpty();
            return;
        }
        String phrase = piece.group("phrase");
        List<String> words = some(phrase == null ? piece.group("words") : phrase);
        if (words.isEmpty()) {
            return;
        }
        Expression meant = phrase == null ? all(words) : new Term(String.join(" ", words), words.size() > 1);
        add(piece.group("without").isEmpty() ? meant : new Without(spelled(meant)));
        if (HangingHyphens.hasOne(piece.group())) {
            hanging.add(parts.size() - 1);
        }
    }

    private static boolean isOr(MatchResult piece) {
        String words = piece.group("words");
        return piece.group("without").isEmpty() && ("OR".equals(words) || "|".equals(words));
    }

    /** OR binds the two beside it, closer than words that merely stand side by side. */
    private void add(Expression meant) {
        if (alternative) {
            Expression before = parts.removeLast();
            List<Expression> either =
                    new ArrayList<>(before instanceof Any any ? any.parts() : List.of(spelled(before)));
            either.add(spelled(meant));
            parts.add(new Any(List.copyOf(either)));
            alternative = false;
        } else {
            parts.add(meant);
        }
    }

    /** The spellings of what stands alone, because it is excluded or an alternative. */
    private static Expression spelled(Expression part) {
        return Spellings.of(List.of(part)).getFirst();
    }

    /** All words of a text, in lower case. */
    static List<String> words(String text) {
        return WORD.matcher(normal(text))
                .results()
                .map(word -> word.group().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** Without invisible characters, and in NFC. */
    static String normal(String text) {
        return Normalizer.normalize(Characters.withoutInvisible(text), Normalizer.Form.NFC);
    }

    private List<String> some(String text) {
        List<String> words =
                WORD.matcher(text).results().map(MatchResult::group).limit(left).toList();
        left -= words.size();
        return words;
    }

    private static Expression all(List<String> words) {
        List<Term> terms = words.stream().map(word -> new Term(word, false)).toList();
        return terms.size() == 1 ? terms.getFirst() : Spellings.ofHyphenated(terms);
    }
}
