package se.utrop.search;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import se.utrop.search.Expression.All;
import se.utrop.search.Expression.Any;
import se.utrop.search.Expression.Term;

/** Decompounding: influensavaccin may also be vaccin and influensa. */
record CompoundSplits(List<Split> all) {

    private static final int SHORTEST_START = 3;

    private static final int SHORTEST_HEAD = 4;

    /** Of one word. */
    private static final int MOST = 3;

    /** Where these words may be split. */
    static CompoundSplits possible(List<Word> words) {
        return new CompoundSplits(
                words.stream().flatMap(CompoundSplits::possible).toList());
    }

    private static Stream<Split> possible(Word word) {
        String text = word.text();
        return heads(text).map(head -> new Split(text, List.of(), head));
    }

    /** What a compound may end with: the longest first. */
    static Stream<String> heads(String compound) {
        return IntStream.rangeClosed(SHORTEST_START, compound.length() - SHORTEST_HEAD)
                .mapToObj(compound::substring);
    }

    /** Those of which both words occur; the longest starts first. */
    CompoundSplits occurring(Vocabulary vocabulary) {
        Map<String, List<Split>> kept = all.stream()
                .map(split -> split.with(split.starts.stream()
                        .filter(text -> occurs(vocabulary, text))
                        .toList()))
                .filter(split -> !split.starts.isEmpty() && occurs(vocabulary, split.head))
                .sorted(Comparator.comparingInt(
                        (Split split) -> -split.written().length()))
                .collect(Collectors.groupingBy(Split::compound));
        return new CompoundSplits(
                kept.values().stream().flatMap(of -> of.stream().limit(MOST)).toList());
    }

    private static boolean occurs(Vocabulary vocabulary, String text) {
        return vocabulary.words().stream().anyMatch(word -> word.text().equals(text) && vocabulary.occurs(word));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Both words of the compounds that the term may be. */
    Stream<All> of(Term term) {
        return all.stream()
                .filter(split -> !term.phrase() && split.compound.equalsIgnoreCase(term.text()))
                .map(Split::both);
    }

    /**
     * A compound and its two words.
     *
     * @param starts the words that it may begin with: what the compound holds, and those that it is the stem of
     */
    record Split(String compound, List<String> starts, String head) {

        /** The beginning as the compound holds it. */
        String written() {
            return compound.substring(0, compound.length() - head.length());
        }

        All both() {
            List<Expression> either = starts.stream()
                    .<Expression>map(text -> new Term(text, false))
                    .toList();
            return new All(List.of(either.size() == 1 ? either.getFirst() : new Any(either), new Term(head, false)));
        }

        Split with(List<String> words) {
            return new Split(compound, words, head);
        }
    }
}
