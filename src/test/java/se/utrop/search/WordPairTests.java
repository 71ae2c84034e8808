package se.utrop.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;

/** Which words find each other: all forms of a word, and not those that only look alike. One news item holds each word. */
@UtropTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WordPairTests {

    private static final Path FOLDER = Path.of("src/test/resources/search");

    private static final int AT_ONCE = 10;

    /** The part of the pairs of forms that meet. */
    private static final double MEETING = 0.99;

    /** The pairs of words that are wrongly taken for one. */
    private static final int CONFLATED = 163;

    private final Api api;

    private final Newsroom newsroom;

    private final Map<String, Set<String>> found = new HashMap<>();

    WordPairTests(Api api, Newsroom newsroom) {
        this.api = api;
        this.newsroom = newsroom;
    }

    private record Pair(String asked, String other) {}

    @BeforeAll
    void search() {
        newsroom.clear();
        List<String> words = Stream.of("forms.txt", "distinct.txt")
                .flatMap(WordPairTests::lines)
                .flatMap(List::stream)
                .distinct()
                .toList();
        newsroom.run("""
            insert into news (slug, title, summary, published_at)
            select 'n' || number, word, 'Annat.', timestamptz '2022-12-13 12:00:00Z'
            from unnest(cast(:words as text[])) with ordinality as w (word, number)
            """, Map.of("words", words.toArray(String[]::new)));
        for (int done = 0; done < words.size(); done += AT_ONCE) {
            search(words.subList(done, Math.min(done + AT_ONCE, words.size())));
        }
    }

    private void search(List<String> words) {
        String variables = number(words, "$q%1$d: String!", ", ");
        String searches = number(words, "s%1$d: searchNews(query: $q%1$d, first: 100) { nodes { title } }", "\n");
        Map<String, String> values = new LinkedHashMap<>();
        IntStream.range(0, words.size()).forEach(i -> values.put("q" + i, words.get(i)));
        var answer = api.data("query(" + variables + ") {" + searches + "}", values);
        IntStream.range(0, words.size())
                .forEach(i -> found.put(
                        words.get(i),
                        answer.at("/s" + i + "/nodes")
                                .valueStream()
                                .map(node -> node.get("title").asString())
                                .collect(Collectors.toSet())));
    }

    private static String number(List<String> words, String text, String separator) {
        return IntStream.range(0, words.size()).mapToObj(text::formatted).collect(Collectors.joining(separator));
    }

    @Test
    void theFormsOfAWordFindEachOther() {
        List<Pair> pairs = pairs("forms.txt");
        List<Pair> apart = pairs.stream().filter(pair -> !isFound(pair)).toList();
        double meeting = 1 - (double) apart.size() / pairs.size();
        System.out.printf("%d pairs of forms, of which %.4f meet; apart are %s%n", pairs.size(), meeting, apart);
        assertThat(meeting).isGreaterThanOrEqualTo(MEETING);
    }

    @Test
    void wordsThatLookAlikeAreKeptApart() {
        List<Pair> pairs = pairs("distinct.txt");
        assertThat(pairs).hasSizeGreaterThanOrEqualTo(300);
        List<Pair> conflated = pairs.stream().filter(this::isFound).toList();
        System.out.printf("%d pairs of words, of which %d meet: %s%n", pairs.size(), conflated.size(), conflated);
        assertThat(conflated).hasSizeLessThanOrEqualTo(CONFLATED);
    }

    private boolean isFound(Pair pair) {
        return found.getOrDefault(pair.asked, Set.of()).contains(pair.other);
    }

    private static List<Pair> pairs(String file) {
        List<Pair> pairs = new ArrayList<>();
        lines(file)
                .forEach(words -> words.forEach(asked -> words.stream()
                        .filter(other -> !other.equals(asked))
                        .forEach(other -> pairs.add(new Pair(asked, other)))));
        return pairs;
    }

    private static Stream<List<String>> lines(String file) {
        try {
            return Files.readAllLines(FOLDER.resolve(file)).stream()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(line -> List.of(line.split(" ", -1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
