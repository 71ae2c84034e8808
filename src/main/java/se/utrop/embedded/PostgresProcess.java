package se.utrop.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The main process of a PostgreSQL server, as its pid file names it. */
record PostgresProcess(Path cluster, long pid, int port) {

    static final String FILE = "postmaster.pid";

    /** What stands in the pid file, or null where there is none, or one that was cut short by a crash. */
    static @Nullable PostgresProcess of(Path cluster) throws IOException {
        try {
            List<String> lines = Files.readAllLines(cluster.resolve(FILE));
            return lines.size() < 4
                    ? null
                    : new PostgresProcess(
                            cluster,
                            Long.parseLong(lines.get(0).strip()),
                            Integer.parseInt(lines.get(3).strip()));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Whether it still runs: after a crash another program, another PostgreSQL even, may have its number. */
    boolean isAlive() {
        return ProcessHandle.of(pid)
                .map(ProcessHandle::info)
                .filter(this::isOurs)
                .isPresent();
    }

    private boolean isOurs(ProcessHandle.Info process) {
        boolean postgres = process.command()
                .map(command -> Path.of(command).getFileName().toString())
                .filter(name -> name.startsWith("postgres"))
                .isPresent();
        return postgres
                && process.arguments()
                        .map(arguments -> List.of(arguments).contains(cluster.toString()))
                        .orElse(true);
    }
}
