package se.utrop.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import se.utrop.search.Expression.All;
import se.utrop.search.Expression.Any;
import se.utrop.search.Expression.AtLeast;
import se.utrop.search.Expression.Published;
import se.utrop.search.Expression.Term;
import se.utrop.search.Expression.Without;
import se.utrop.search.Form.Tier;

/** An expression as PostgreSQL's {@code tsquery}, with all forms of its words. */
final class TextQuery {

    /** News that may as well all be read: so many cost no more than a look into each slice of time. */
    private static final long FEW = 8_000;

    /** The binary logarithm of the news of a large newsroom. */
    private static final int MOST_MAGNITUDE = 21;

    /** Lexemes of a softened query, counted as often as they occur in it, that the index checks for each news item. */
    private static final int CHECKED = 400;

    /** As many as are conditions by themselves: each number of them is another text of the statement. */
    private static final int CONJUNCTS = 8;

    private final @Nullable Expression meant;

    private final Vocabulary vocabulary;

    private final List<String> wide;

    /** Whether the index checks the whole of a softened query. */
    private final boolean isChecked;

    private final @Nullable TextQuery excluded;

    TextQuery(Expression expression, Vocabulary vocabulary) {
        this(expression, vocabulary, null);
    }

    private TextQuery(Expression expression, Vocabulary vocabulary, @Nullable TextQuery excluded) {
        this.vocabulary = vocabulary;
        this.meant = meaningful(expression);
        this.excluded = excluded;
        this.isChecked = meant != null && excluded != null && isCheckable();
        this.wide = meant == null ? List.of() : isChecked ? List.of(exact()) : bounded(conjuncts(meant));
    }

    /** A query for news that hold enough of an expression, but not all of it. */
    static TextQuery beside(TextQuery strict, Expression softened, Vocabulary vocabulary) {
        return new TextQuery(softened, vocabulary, strict);
    }

    /** Whether nothing is looked for: there is no word, or only such as mean nothing by themselves. */
    boolean isEmpty() {
        return meant == null;
    }

    /** Whether no news item can match, because nothing holds one of the words. */
    boolean isImpossible() {
        return meant != null && mostNews(meant) == 0;
    }

    /** What the text of the statement depends on. */
    Shape shape() {
        return new Shape(
                (meant != null && hasPhrase(meant)) || (excluded != null && !isChecked),
                wide.size(),
                meant != null && mostNews(meant) <= FEW,
                excluded != null);
    }

    /** Whether the index alone tells what matches, at a bounded cost: it looks at all of the lexemes for each of few news. */
    private boolean isCheckable() {
        return meant != null
                && mostNews(meant) <= FEW
                && !hasPhrase(meant)
                && (excluded == null || excluded.meant == null || !excluded.hasPhrase(excluded.meant))
                && exact().chars().filter(sign -> sign == '\'').count() <= 2L * CHECKED;
    }

    /** How many news may match at most, about. */
    private long mostNews(Expression expression) {
        return switch (expression) {
            case Term term ->
                vocabulary.tokens(term).stream()
                        .mapToLong(TextQuery::mostNews)
                        .min()
                        .orElse(Long.MAX_VALUE);
            case Without _ -> Long.MAX_VALUE;
            case Published _ -> 1L << Form.UNKNOWN_MAGNITUDE;
            case All all -> all.parts().stream().mapToLong(this::mostNews).min().orElse(Long.MAX_VALUE);
            case Any any -> any.parts().stream().mapToLong(this::mostNews).reduce(0, TextQuery::sum);
            case AtLeast some -> necessary(some).mapToLong(this::mostNews).reduce(0, TextQuery::sum);
        };
    }

    private static long sum(long a, long b) {
        return a + Math.min(b, Long.MAX_VALUE - a);
    }

    /** The rarest parts, of which one must be there if there are enough. */
    private Stream<Expression> necessary(AtLeast some) {
        return some.parts().stream()
                .sorted(Comparator.comparingLong(this::mostNews))
                .limit(some.parts().size() - some.count() + 1L);
    }

    private static long mostNews(Token token) {
        return token.forms().stream().mapToLong(Form::news).sum();
    }

    /**
     * What an index can answer, all of it: no news item that matches is missing, but the words of phrases may lie apart.
     * Each is a condition by itself, and the rarest comes first, for the index asks the others about its news alone.
     */
    List<String> wide() {
        return wide;
    }

    private static List<String> bounded(Stream<Conjunct> all) {
        List<String> conjuncts = all.sorted(Comparator.comparingLong(Conjunct::news))
                .map(Conjunct::query)
                .filter(query -> !query.isEmpty())
                .toList();
        if (conjuncts.size() <= CONJUNCTS) {
            return conjuncts;
        }
        List<String> bounded = new ArrayList<>(conjuncts.subList(0, CONJUNCTS - 1));
        bounded.add(joined(conjuncts.stream().skip(CONJUNCTS - 1), " & "));
        return bounded;
    }

    private Stream<Conjunct> conjuncts(Expression expression) {
        return switch (expression) {
            case All all -> all.parts().stream().flatMap(this::conjuncts);
            case AtLeast some when some.isAll() -> some.parts().stream().flatMap(this::conjuncts);
            case Term term ->
                vocabulary.tokens(term).stream()
                        .map(token -> new Conjunct(mostNews(token), either(term, token, form -> true)));
            default -> Stream.of(new Conjunct(mostNews(expression), wide(expression, form -> true)));
        };
    }

    /** How many news may match, about. */
    private record Conjunct(long news, String query) {}

    /** What has to hold. */
    String exact() {
        if (meant == null) {
            return "";
        }
        String exact = exact(meant, form -> true);
        return excluded == null ? exact : exact + " & !(" + excluded.exact() + ")";
    }

    /** The parts of which some are enough, with their shares of what the query is about: rare ones say more. */
    Map<String, Double> shares() {
        List<Expression> parts = meant == null ? List.of() : softened(meant);
        double whole = parts.stream().mapToDouble(this::weight).sum();
        Map<String, Double> shares = new LinkedHashMap<>();
        parts.forEach(part -> shares.merge(exact(part, form -> true), weight(part) / whole, Double::sum));
        return shares;
    }

    private static List<Expression> softened(Expression meant) {
        return switch (meant) {
            case AtLeast some -> some.parts();
            case All all ->
                all.parts().stream().flatMap(part -> softened(part).stream()).toList();
            default -> List.of();
        };
    }

    private double weight(Expression part) {
        return Math.max(1, MOST_MAGNITUDE - Math.log(1.0 + mostNews(part)) / Math.log(2));
    }

    /** Any of the wanted lexemes of this tier. */
    Lexemes any(Tier tier) {
        return new Lexemes(Stream.concat(
                        wantedTokens()
                                .flatMap(token ->
                                        lexemes(token, form -> form.kind().tier() == tier).stream()),
                        tier == Tier.SUBJECT ? published(meant) : Stream.empty())
                .collect(Collectors.toCollection(LinkedHashSet::new)));
    }

    private static Stream<String> published(@Nullable Expression expression) {
        return switch (expression) {
            case Published published -> Stream.of(published.lexeme());
            case All all -> all.parts().stream().flatMap(TextQuery::published);
            case Any any -> any.parts().stream().flatMap(TextQuery::published);
            case AtLeast some -> some.parts().stream().flatMap(TextQuery::published);
            case null, default -> Stream.empty();
        };
    }

    /** The first wanted words themselves: the nearer to each other, the better. Each pair costs, so there are few. */
    String together() {
        List<String> words = wantedTokens()
                .map(token -> lexemes(token, form -> form.kind().isWord()))
                .map(lexemes -> either(lexemes.stream().limit(2).collect(Collectors.toCollection(LinkedHashSet::new))))
                .distinct()
                .limit(3)
                .toList();
        return words.size() < 2 ? "" : String.join(" & ", words);
    }

    /** Any wanted lexeme. */
    String marks() {
        return new Lexemes(wantedTokens()
                        .flatMap(token -> lexemes(token, form -> true).stream())
                        .collect(Collectors.toCollection(LinkedHashSet::new)))
                .query();
    }

    private @Nullable Expression meaningful(Expression expression) {
        return switch (expression) {
            case Term term -> vocabulary.tokens(term).isEmpty() ? null : term;
            case Published published -> published;
            case Without without -> {
                Expression unwanted = meaningful(without.unwanted());
                yield unwanted == null ? null : new Without(unwanted);
            }
            case All all -> {
                List<Expression> parts = meaningful(all.parts());
                yield parts.isEmpty() ? null : new All(parts);
            }
            case Any any -> {
                List<Expression> parts = meaningful(any.parts());
                yield parts.isEmpty() ? null : new Any(parts);
            }
            case AtLeast some -> {
                List<Expression> parts = meaningful(some.parts());
                yield parts.isEmpty() ? null : new AtLeast(Math.min(some.count(), parts.size()), parts);
            }
        };
    }

    private List<Expression> meaningful(List<Expression> parts) {
        List<Expression> kept = new ArrayList<>();
        for (Expression part : parts) {
            Expression meaningful = meaningful(part);
            if (meaningful != null) {
                kept.add(meaningful);
            }
        }
        return kept;
    }

    private boolean hasPhrase(Expression expression) {
        return switch (expression) {
            case Term term -> term.phrase() && vocabulary.tokens(term).size() > 1;
            case Without without -> hasPhrase(without.unwanted());
            case Published _ -> false;
            case All all -> all.parts().stream().anyMatch(this::hasPhrase);
            case Any any -> any.parts().stream().anyMatch(this::hasPhrase);
            case AtLeast some -> some.parts().stream().anyMatch(this::hasPhrase);
        };
    }

    /** Nothing where everything may match. */
    private String wide(Expression expression, Predicate<Form> counts) {
        return switch (expression) {
            case Term term -> words(term, counts);
            case Published published -> quoted(published.lexeme());
            case Without without ->
                hasPhrase(without.unwanted()) ? "" : "!(" + wide(without.unwanted(), TextQuery::isItself) + ")";
            case All all -> {
                List<String> parts = all.parts().stream()
                        .map(part -> wide(part, counts))
                        .filter(part -> !part.isEmpty())
                        .toList();
                yield parts.isEmpty() ? "" : joined(parts.stream(), " & ");
            }
            case Any any -> {
                List<String> parts =
                        any.parts().stream().map(part -> wide(part, counts)).toList();
                yield parts.contains("") ? "" : joined(parts.stream(), " | ");
            }
            case AtLeast some -> wide(new Any(necessary(some).toList()), counts);
        };
    }

    private String exact(Expression expression, Predicate<Form> counts) {
        return switch (expression) {
            case Term term when term.phrase() -> phrase(term, counts);
            case Term term -> words(term, counts);
            case Published published -> quoted(published.lexeme());
            case Without without -> "!(" + exact(without.unwanted(), TextQuery::isItself) + ")";
            case All all -> joined(all.parts().stream().map(part -> exact(part, counts)), " & ");
            case Any any -> joined(any.parts().stream().map(part -> exact(part, counts)), " | ");
            case AtLeast some ->
                atLeast(
                        some.count(),
                        some.parts().stream().map(part -> exact(part, counts)).toList());
        };
    }

    /** Either the first and one less of the others, or as many of the others. */
    private static String atLeast(int count, List<String> parts) {
        if (count == parts.size()) {
            return joined(parts.stream(), " & ");
        }
        if (count == 1) {
            return joined(parts.stream(), " | ");
        }
        List<String> others = parts.subList(1, parts.size());
        return "((" + parts.getFirst() + " & " + atLeast(count - 1, others) + ") | " + atLeast(count, others) + ")";
    }

    /** What isn't wanted is the word, not all that it is part of. */
    private static boolean isItself(Form form) {
        return form.kind() == Form.Kind.WHOLE;
    }

    private String words(Term term, Predicate<Form> counts) {
        return joined(vocabulary.tokens(term).stream().map(token -> either(term, token, counts)), " & ");
    }

    private String phrase(Term term, Predicate<Form> counts) {
        StringBuilder phrase = new StringBuilder();
        int last = 0;
        for (Token token : vocabulary.tokens(term)) {
            if (!phrase.isEmpty()) {
                phrase.append(" <").append(token.position() - last).append("> ");
            }
            phrase.append(either(term, token, counts));
            last = token.position();
        }
        return "(" + phrase + ")";
    }

    private static String either(Term term, Token token, Predicate<Form> counts) {
        return either(
                lexemes(token, counts.and(form -> !term.phrase() || form.kind().isWord())));
    }

    private static String either(Set<String> lexemes) {
        return joined(lexemes.stream().map(TextQuery::quoted), " | ");
    }

    private static Set<String> lexemes(Token token, Predicate<Form> wanted) {
        return token.forms().stream()
                .filter(wanted)
                .map(Form::lexeme)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Stream<Token> wantedTokens() {
        return meant == null
                ? Stream.empty()
                : meant.wantedTerms().stream().flatMap(term -> vocabulary.tokens(term).stream());
    }

    private static String joined(Stream<String> parts, String operator) {
        return parts.collect(Collectors.joining(operator, "(", ")"));
    }

    private static String quoted(String lexeme) {
        return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    /**
     * What a text query is like.
     *
     * @param phrases whether some of what {@code wide} finds may be wrong
     * @param conjuncts how many {@code wide} has
     * @param few whether few news match, if any
     * @param softened whether parts of it are enough
     */
    record Shape(boolean phrases, int conjuncts, boolean few, boolean softened) {}

    /** Lexemes of which any will do. */
    record Lexemes(Set<String> all) {

        int size() {
            return all.size();
        }

        String query() {
            return all.stream().map(TextQuery::quoted).collect(Collectors.joining(" | "));
        }
    }
}
