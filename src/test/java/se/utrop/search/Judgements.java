package se.utrop.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What people look for and hope to find, graded by hand. */
record Judgements(Map<String, Map<String, Integer>> queries) {

    static final int DEPTH = 10;

    private static final long SEED = 28;

    /** Of a file of queries, each followed by lines of a grade and a slug, in which a star stands for anything. */
    static Judgements read(Path file, Collection<String> slugs) throws IOException {
        Map<String, Map<String, Integer>> queries = new LinkedHashMap<>();
        String query = "";
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("  ")) {
                grade(line.strip(), slugs, queries.computeIfAbsent(query, asked -> new LinkedHashMap<>()));
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                query = line;
            }
        }
        return new Judgements(queries);
    }

    /** The half of them that nobody tunes by: it is drawn by a fixed seed. */
    Set<String> setAside() {
        List<String> drawn = new ArrayList<>(queries.keySet());
        Collections.shuffle(drawn, new Random(SEED));
        return Set.copyOf(drawn.subList(0, drawn.size() / 2));
    }

    /** The highest grade counts where several lines speak of a news item. */
    private static void grade(String line, Collection<String> slugs, Map<String, Integer> grades) {
        int grade = line.charAt(0) - '0';
        String pattern = line.substring(2).replace("*", ".*");
        List<String> meant =
                slugs.stream().filter(slug -> slug.matches(pattern)).toList();
        if (meant.isEmpty()) {
            throw new IllegalArgumentException("No news item is meant by " + line);
        }
        meant.forEach(slug -> grades.merge(slug, grade, Math::max));
    }

    /** Normalised discounted cumulative gain of the first ten: 1 where no order is better. */
    double gain(String query, List<String> found) {
        Map<String, Integer> grades = grades(query);
        List<Integer> best =
                grades.values().stream().sorted(Comparator.reverseOrder()).toList();
        return discounted(found.stream().map(slug -> grades.getOrDefault(slug, 0))) / discounted(best.stream());
    }

    private static double discounted(Stream<Integer> grades) {
        List<Integer> first = grades.limit(DEPTH).toList();
        return IntStream.range(0, first.size())
                .mapToDouble(rank -> (Math.pow(2, first.get(rank)) - 1) * Math.log(2) / Math.log(rank + 2))
                .sum();
    }

    /** How many of those that are meant, or of ten where more are, are among the first ten. */
    double recall(String query, List<String> found) {
        Map<String, Integer> grades = grades(query);
        double hits = found.stream().limit(DEPTH).filter(grades::containsKey).count();
        return hits / Math.min(DEPTH, grades.size());
    }

    /** Whether any that is meant is among the first ten. */
    boolean hits(String query, List<String> found) {
        return found.stream().limit(DEPTH).anyMatch(grades(query)::containsKey);
    }

    private Map<String, Integer> grades(String query) {
        return queries.getOrDefault(query, Map.of());
    }
}
