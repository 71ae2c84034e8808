package se.utrop.search;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/**
 * All synonyms, by the words that have them. It is made once for each version of the newsroom, and many searches read it.
 *
 * @see <a href="https://lucene.apache.org/core/10_3_0/analysis/common/org/apache/lucene/analysis/synonym/SynonymMap.html">
 * Lucene's SynonymMap</a>
 */
final class SynonymMap {

    private final List<Synonyms> all;

    private final Map<List<String>, SequencedSet<List<String>>> synonyms = new HashMap<>();

    private int longest;

    SynonymMap(Collection<Synonyms> all) {
        this.all = List.copyOf(all);
        this.all.forEach(this::add);
    }

    private void add(Synonyms entry) {
        List<List<String>> others =
                entry.synonyms().stream().map(QueryReader::words).toList();
        add(QueryReader.words(entry.word()), others);
        if (entry.twoWay()) {
            for (List<String> other : others) {
                add(other, List.of(QueryReader.words(entry.word())));
                add(other, others);
            }
        }
    }

    private void add(List<String> words, List<List<String>> others) {
        longest = Math.max(longest, words.size());
        SequencedSet<List<String>> known = synonyms.computeIfAbsent(words, key -> new LinkedHashSet<>());
        others.stream().filter(other -> !other.equals(words)).forEach(known::add);
    }

    /** As the newsroom wrote them. */
    List<Synonyms> all() {
        return all;
    }

    /** Of so many words are the longest that have synonyms. */
    int longest() {
        return longest;
    }

    boolean has(List<String> words) {
        return synonyms.containsKey(words);
    }

    /** The synonyms of these words, in lower case; none where they have none. */
    SequencedSet<List<String>> of(List<String> words) {
        return synonyms.getOrDefault(words, new LinkedHashSet<>());
    }
}
