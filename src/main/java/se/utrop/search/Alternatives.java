package se.utrop.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import se.utrop.search.Expression.All;
import se.utrop.search.Expression.Any;
import se.utrop.search.Expression.AtLeast;
import se.utrop.search.Expression.Term;
import se.utrop.search.VocabularyRepository.Resemblance;

/** What the words of a query may also stand for: words one typing error away, and the two parts of a compound. */
record Alternatives(List<Correction> corrections, CompoundSplits splits) {

    static final Alternatives NONE = new Alternatives(List.of(), new CompoundSplits(List.of()));

    /** Letters of a word that may have a typing error. */
    private static final int LETTERS = 5;

    /** Letters of the longest word that the vocabulary has. */
    private static final int LONGEST = 60;

    /** As many other words as are tried for one. */
    private static final int MOST = 5;

    /** The words that may be others. */
    static List<Word> candidates(List<Word> wanted) {
        return wanted.stream()
                .filter(word -> word.text().length() <= LONGEST)
                .filter(word -> word.text().codePoints().count() >= LETTERS)
                .filter(word -> word.text().codePoints().allMatch(Character::isLetter))
                .toList();
    }

    /** Other forms of a word are no errors. */
    static Alternatives of(List<Word> words, CompoundSplits possible, List<Resemblance> found) {
        return new Alternatives(
                words.stream().flatMap(word -> corrections(word, found)).toList(),
                new CompoundSplits(found.stream()
                        .filter(Resemblance::isStart)
                        .collect(Collectors.groupingBy(
                                Resemblance::number,
                                TreeMap::new,
                                Collectors.mapping(Resemblance::word, Collectors.toList())))
                        .entrySet()
                        .stream()
                        .map(starts -> possible.all().get(starts.getKey() - 1).with(starts.getValue()))
                        .toList()));
    }

    private static Stream<Correction> corrections(Word word, List<Resemblance> found) {
        return found.stream()
                .filter(other -> other.isTypingErrorOf(word) && !word.hasForm(other.word()))
                .sorted(Comparator.comparingInt((Resemblance other) -> -other.magnitude())
                        .thenComparing(Resemblance::word))
                .limit(MOST)
                .map(other -> new Correction(word.text(), other.word()));
    }

    boolean isEmpty() {
        return corrections.isEmpty() && splits.isEmpty();
    }

    /** What terms of the expression may be beside themselves. */
    List<Term> terms(Expression expression) {
        return expression.wantedTerms().stream()
                .flatMap(this::others)
                .flatMap(other -> other.terms().stream())
                .distinct()
                .toList();
    }

    private Stream<Expression> others(Term term) {
        return Stream.concat(
                corrections.stream()
                        .map(correction -> new Term(correction.in(term.text()), term.phrase()))
                        .filter(other -> !other.equals(term)),
                splits.of(term));
    }

    /** Those whose words occur. */
    Alternatives occurring(Vocabulary vocabulary) {
        return new Alternatives(corrections, splits.occurring(vocabulary));
    }

    /** The expression with these alternatives to its words. */
    Expression in(Expression expression) {
        return switch (expression) {
            case Term term -> in(term);
            case All some -> new All(in(some.parts()));
            case Any some -> new Any(in(some.parts()));
            case AtLeast some -> new AtLeast(some.count(), in(some.parts()));
            default -> expression;
        };
    }

    private List<Expression> in(List<Expression> parts) {
        return parts.stream().map(this::in).toList();
    }

    private Expression in(Term term) {
        List<Expression> either = new ArrayList<>(List.of(term));
        others(term).forEach(either::add);
        return either.size() == 1 ? term : new Any(List.copyOf(either));
    }

    /** The search as it may be meant: with other words for those that no text holds; null if there are none. */
    @Nullable
    String corrected(String query, Vocabulary vocabulary) {
        String corrected = query;
        for (Word word : vocabulary.words()) {
            Optional<Correction> best = corrections.stream()
                    .filter(correction -> correction.written.equals(word.text()) && !vocabulary.occurs(word))
                    .findFirst();
            corrected = best.isPresent() ? best.get().in(corrected) : corrected;
        }
        return corrected.equals(query) ? null : corrected;
    }

    /** A word of the newsroom that is one typing error away from the one that is written; common ones come first. */
    record Correction(String written, String meant) {

        private static final String LETTER = "[\\p{L}\\p{N}\\p{M}]";

        private String in(String query) {
            return Pattern.compile(
                            "(?<!" + LETTER + ")" + Pattern.quote(written) + "(?!" + LETTER + ")",
                            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                    .matcher(query)
                    .replaceAll(Matcher.quoteReplacement(meant));
        }
    }
}
