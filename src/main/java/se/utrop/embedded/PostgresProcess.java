package se.utrop.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The postmaster of a PostgreSQL server, as its pid file names it. */
record PostgresProcess(Path cluster, long pid, int port) {

    static final String FILE = "postmaster.pid";

    /** Reads the pid file; null if it is absent or was truncated by a crash. */
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

    /** Whether the process is running and is this postmaster. After a crash, an unrelated process may have its pid. */
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
