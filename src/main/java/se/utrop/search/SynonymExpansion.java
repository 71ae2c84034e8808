package se.utrop.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SequencedCollection;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import se.utrop.search.Expression.All;
import se.utrop.search.Expression.Any;
import se.utrop.search.Expression.AtLeast;
import se.utrop.search.Expression.Published;
import se.utrop.search.Expression.Term;
import se.utrop.search.Expression.Without;

/**
 * Query expansion by synonyms: a word of a search is replaced by the word or any of its synonyms. Phrases and unwanted words
 * stay as they are.
 *
 * @see <a href="https://nlp.stanford.edu/IR-book/html/htmledition/query-expansion-1.html">Query expansion</a>
 */
final class SynonymExpansion {

    /** As many synonyms as count in one search. */
    private static final int MOST = 20;

    private final SynonymMap synonyms;

    private int left = MOST;

    SynonymExpansion(SynonymMap synonyms) {
        this.synonyms = synonyms;
    }

    Expression widen(Expression expression) {
        return switch (expression) {
            case Term term -> widen(List.of(term)).getFirst();
            case All all -> all(all);
            case Any any -> new Any(any.parts().stream().map(this::widen).toList());
            case Without _, Published _, AtLeast _ -> expression;
        };
    }

    /** As it was where nothing in it has synonyms. */
    private Expression all(All all) {
        List<Expression> parts = flat(all).toList();
        List<Expression> widened = widen(parts);
        return widened.equals(parts) ? all : new All(widened);
    }

    private static Stream<Expression> flat(Expression part) {
        return part instanceof All all ? all.parts().stream().flatMap(SynonymExpansion::flat) : Stream.of(part);
    }

    /** Words side by side are taken together, as many as have synonyms. */
    private List<Expression> widen(List<Expression> parts) {
        List<Expression> widened = new ArrayList<>();
        int from = 0;
        while (from < parts.size()) {
            int to = end(parts, from);
            Expression part = parts.get(from);
            widened.add(to > from ? either(parts.subList(from, to)) : part instanceof Term ? part : widen(part));
            from = Math.max(to, from + 1);
        }
        return widened;
    }

    /** Where the longest words end that begin here and have synonyms; the same place where there are none. */
    private int end(List<Expression> parts, int from) {
        for (int to = Math.min(parts.size(), from + synonyms.longest()); to > from; to--) {
            List<String> words = words(parts.subList(from, to));
            if (words != null && synonyms.has(words)) {
                return to;
            }
        }
        return from;
    }

    private static @Nullable List<String> words(List<Expression> parts) {
        List<String> words = new ArrayList<>();
        for (Expression part : parts) {
            if (!(part instanceof Term(String text, boolean phrase)) || phrase) {
                return null;
            }
            words.add(text.toLowerCase(Locale.ROOT));
        }
        return words;
    }

    private Expression either(List<Expression> parts) {
        Expression itself = parts.size() == 1 ? parts.getFirst() : new All(List.copyOf(parts));
        List<Term> others = synonymsOf(parts).stream()
                .limit(left)
                .map(words -> new Term(String.join(" ", words), words.size() > 1))
                .toList();
        left -= others.size();
        return others.isEmpty()
                ? itself
                : new Any(Stream.of(List.of(itself), others)
                        .<Expression>flatMap(List::stream)
                        .toList());
    }

    private SequencedCollection<List<String>> synonymsOf(List<Expression> parts) {
        List<String> words = words(parts);
        return words == null ? List.of() : synonyms.of(words);
    }
}
