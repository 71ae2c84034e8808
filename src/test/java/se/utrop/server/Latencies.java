package se.utrop.server;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How long things took, by name. */
final class Latencies {

    private final Map<String, List<Long>> nanos = new TreeMap<>();

    synchronized void add(String name, long taken) {
        nanos.computeIfAbsent(name, key -> new ArrayList<>()).add(taken);
    }

    /** In Markdown. */
    synchronized String table() {
        StringBuilder table = new StringBuilder("| | times | p50 ms | p99 ms |\n|---|---:|---:|---:|\n");
        nanos.forEach((name, taken) -> {
            Collections.sort(taken);
            table.append(
                    "| %s | %d | %s | %s |\n".formatted(name, taken.size(), millis(taken, 0.5), millis(taken, 0.99)));
        });
        return table.toString();
    }

    private static String millis(List<Long> sorted, double share) {
        long nano = sorted.get((int) Math.min(sorted.size() - 1L, Math.round(sorted.size() * share)));
        return String.format(Locale.ROOT, "%.1f", nano / 1e6);
    }
}
