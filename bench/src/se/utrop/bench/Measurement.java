package se.utrop.bench;

import java.util.List;
import java.util.Locale;

/**
 * How a server did in one run.
 *
 * @param variant of the scenario: hot, cold, …
 * @param rate right answers a second
 * @param median in milliseconds, as the 99th percentile
 * @param statements SQL statements a request
 * @param bytes those of an answer's body; 0 where they differ
 */
record Measurement(
        String scenario,
        String variant,
        double rate,
        double median,
        double p99,
        long errors,
        double statements,
        int bytes) {

    String line() {
        return String.format(
                Locale.ROOT,
                "%s\t%s\t%.1f\t%.3f\t%.3f\t%d\t%.4f\t%d",
                scenario,
                variant,
                rate,
                median,
                p99,
                errors,
                statements,
                bytes);
    }

    static Measurement of(String line) {
        List<String> fields = List.of(line.split("\t"));
        return new Measurement(
                fields.get(0),
                fields.get(1),
                Double.parseDouble(fields.get(2)),
                Double.parseDouble(fields.get(3)),
                Double.parseDouble(fields.get(4)),
                Long.parseLong(fields.get(5)),
                Double.parseDouble(fields.get(6)),
                Integer.parseInt(fields.get(7)));
    }
}
