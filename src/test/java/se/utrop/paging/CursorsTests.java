package se.utrop.paging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Clients keep cursors: those of an earlier release are read by every later one. */
class CursorsTests {

    private static final String LIST = "news ALL 0 NEWEST_FIRST null null [] [] [] [] [] []";

    private final Cursors cursors = new Cursors("0123456789abcdef".getBytes(StandardCharsets.UTF_8));

    private final Position position = Position.of(Instant.parse("2023-05-01T12:00:00.123456Z"), 42);

    @Test
    void aCursorHasAlwaysTheSameBytes() {
        assertThat(cursors.write(LIST, position)).isEqualTo("AQAF-qCP79JAAAAAAAAAACpWaKagYPM7PQ");
        assertThat(cursors.read(LIST, "after", "AQAF-qCP79JAAAAAAAAAACpWaKagYPM7PQ"))
                .isEqualTo(position);
    }
}
