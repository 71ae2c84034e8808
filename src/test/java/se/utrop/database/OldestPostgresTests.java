package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.ServedNewsroom;
import se.utrop.TestNode;
import se.utrop.Tokens;
import se.utrop.embedded.RestartablePostgres;

@Timeout(120)
class OldestPostgresTests {

    @TempDir
    private static Path directory;

    @Test
    void theOldestPostgresThatIsServedServesEverything() throws Exception {
        try (RestartablePostgres database = RestartablePostgres.startOldest(directory)) {
            assertThat(database.ask("show server_version"))
                    .startsWith(System.getProperty("utrop.test.postgresql.oldest", "")
                            .replaceFirst("\\..*", ""));
            try (TestNode node = TestNode.start(Stream.concat(database.settings().stream(), Tokens.settings().stream())
                    .toList())) {
                new ServedNewsroom(node.port()).check();
            }
        }
    }
}
