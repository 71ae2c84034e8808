package se.utrop.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import se.utrop.search.Expression.Any;
import se.utrop.search.Expression.Term;

/**
 * Completes words with a hanging (suspended) hyphen: {@code berg- och jordmassor} asks for bergmassor and jordmassor, and {@code
 * för- eller eftermiddag} for one of förmiddag and eftermiddag. Such a word stands for its compound beside itself, because texts
 * have the hyphen too. Where the compound that is written in full may be divided in several places, each counts: what is no word
 * occurs in no text.
 *
 * @see <a href="https://en.wikipedia.org/wiki/Hyphen#Suspended_hyphens">Suspended hyphens</a>
 */
final class HangingHyphens {

    private static final Pattern HANGING = Pattern.compile("\\p{L}[-\\x{2010}\\x{2011}][,;]?$");

    private static final Pattern COMPOUND = Pattern.compile("\\p{L}+");

    private static final Set<String> AND = Set.of("och", "samt", "respektive");

    private static final String OR = "eller";

    /** Sounds that a Swedish word begins with: jordmassor may end with massor, but not with dmassor. */
    private static final Pattern HEAD = Pattern.compile("(?:[bcdfghjklmnprstvwxz]|[bfgkpsv]l|[bdfgkptv]r|s[jkmnptv]"
            + "|s[kpt][rjv]|spl|[dkt]v|[fgkp]n|[bdfghklmnpt]j|ch|ps|qu|th)?[aeiouyåäöéü].*");

    /** Compounds that a search asks for, beside those in it: each costs a look into the vocabulary. */
    private static final int MOST = 12;

    private final List<Expression> parts;

    private final Set<Integer> hanging;

    private int left = MOST;

    private HangingHyphens(List<Expression> parts, Set<Integer> hanging) {
        this.parts = parts;
        this.hanging = hanging;
    }

    /** Whether a piece of a search ends with a hanging hyphen. */
    static boolean hasOne(String piece) {
        return HANGING.matcher(piece).find();
    }

    /** @param hanging the indexes of parts with a hanging hyphen */
    static List<Expression> completed(List<Expression> parts, Set<Integer> hanging) {
        return hanging.isEmpty() ? parts : new HangingHyphens(parts, hanging).completed();
    }

    private List<Expression> completed() {
        List<Expression> completed = new ArrayList<>();
        int from = 0;
        while (from < parts.size()) {
            int last = last(from);
            completed.addAll(last > from ? series(from, last) : List.of(parts.get(from)));
            from = last + 1;
        }
        return completed;
    }

    /** The index of the compound that ends the series which begins here; the same where none does. */
    private int last(int from) {
        int last = from;
        boolean isJoined = false;
        while (last < parts.size() && (isHanging(last) || (last > from && isConjunction(last)))) {
            isJoined = isConjunction(last);
            last++;
        }
        return isJoined && last < parts.size() && isCompound(parts.get(last)) ? last : from;
    }

    private boolean isHanging(int index) {
        return hanging.contains(index) && parts.get(index) instanceof Term;
    }

    private boolean isConjunction(int index) {
        String word = word(index);
        return AND.contains(word) || word.equals(OR);
    }

    private static boolean isCompound(Expression part) {
        return part instanceof Term(String text, boolean phrase)
                && !phrase
                && COMPOUND.matcher(text).matches();
    }

    private List<Expression> series(int from, int last) {
        Term compound = (Term) parts.get(last);
        List<Expression> series = Stream.concat(
                        parts.subList(from, last).stream().map(part -> completed((Term) part, compound)),
                        Stream.of(compound))
                .toList();
        return isEither(from, last) ? List.of(new Any(wordsOf(series))) : series;
    }

    private boolean isEither(int from, int last) {
        return Stream.iterate(from, index -> index < last, index -> index + 1)
                .anyMatch(index -> word(index).equals(OR));
    }

    private static List<Expression> wordsOf(List<Expression> series) {
        return series.stream()
                .filter(part -> !(part instanceof Term(String text, boolean _)) || !text.equalsIgnoreCase(OR))
                .toList();
    }

    /** A conjunction stays as it is. */
    private Expression completed(Term term, Term compound) {
        String start = term.text().toLowerCase(Locale.ROOT);
        if (AND.contains(start) || start.equals(OR)) {
            return term;
        }
        List<Term> compounds = CompoundSplits.heads(compound.text().toLowerCase(Locale.ROOT))
                .filter(head -> HEAD.matcher(head).matches())
                .limit(left)
                .map(head -> new Term(start + head, false))
                .toList();
        left -= compounds.size();
        return new Any(Stream.concat(Stream.of(term), compounds.stream())
                .<Expression>map(Function.identity())
                .toList());
    }

    private String word(int index) {
        return parts.get(index) instanceof Term(String text, boolean phrase) && !phrase
                ? text.toLowerCase(Locale.ROOT)
                : "";
    }
}
