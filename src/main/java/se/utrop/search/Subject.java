package se.utrop.search;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A topic or a series whose name may hold words of a search.
 *
 * @param formerKeys of the topics that were merged into it: documents that were indexed before hold those
 */
record Subject(
        Kind kind,
        long key,
        List<Long> formerKeys,
        String slug,
        String name,
        @Nullable String description) {

    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}\\p{M}]+");

    /** Letters of a word that counts as the end of a compound in a name. */
    private static final int HEAD = 5;

    enum Kind {
        TOPIC,
        SERIES
    }

    /** The lexemes of which the documents of its news hold one. */
    Stream<String> lexemes() {
        return Stream.concat(Stream.of(key), formerKeys.stream())
                .map(known -> kind.name().toLowerCase(Locale.ROOT) + ":" + known);
    }

    List<String> words() {
        return Arrays.stream(BETWEEN_WORDS.split(name.toLowerCase(Locale.ROOT), -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Whether its name holds a form of the word, or a compound of it. */
    boolean isNamed(Word word) {
        return words().stream().anyMatch(named -> isForm(named, word));
    }

    private static boolean isForm(String named, Word word) {
        return word.hasForm(named) || (word.text().length() >= HEAD && named.endsWith(word.text()));
    }

    /** The share of its name that these words cover. */
    double share(List<Word> words) {
        List<String> named = words();
        long covered = named.stream()
                .filter(name -> words.stream().anyMatch(word -> isForm(name, word)))
                .count();
        return (double) covered / named.size();
    }
}
