package se.utrop.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Arrays;

/** Fills a migrated database with generated news: {@code address database count script …}. */
final class Fill {

    private static final int BATCH = 50_000;

    private Fill() {}

    public static void main(String[] arguments) throws Exception {
        long total = Long.parseLong(arguments[2]);
        try (Connection connection = Database.connect(arguments[0], arguments[1], "postgres")) {
            for (String script : Arrays.asList(arguments).subList(3, arguments.length)) {
                Database.run(connection, Files.readString(Path.of(script)));
            }
            for (long first = 1; first <= total; first += BATCH) {
                long last = Math.min(first + BATCH - 1, total);
                Database.run(connection, "select pg_temp.publish(%d, %d, %d)".formatted(first, last, total));
                Database.run(connection, "select pg_temp.revise(%d, %d)".formatted(first, last));
                System.err.printf("%,d of %,d news%n", last, total);
            }
            Database.run(connection, "vacuum analyze");
        }
    }
}
