package se.utrop.polling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import se.utrop.paging.Position;

class BucketsTests {

    private static final long START = 14_000_000;

    private static final Position OLD = Position.of(Instant.ofEpochMilli(5), 1);

    @Test
    void aPastBucketIsOverAndAFutureOneIsThePresentOne() {
        Buckets buckets = at(START + 3_000);
        assertThat(buckets.isCurrent(START - 1)).isFalse();
        assertThat(buckets.isCurrent(START)).isTrue();
        assertThat(buckets.isCurrent(START + 1_000_000)).isTrue();
        assertThat(buckets.left()).isBetween(Duration.ofMillis(11_000), Duration.ofMillis(11_010));
    }

    @Test
    void theNextIsStrictlyHigherWhateverWasAsked() {
        Buckets buckets = at(START + 3_000);
        for (long asked : new long[] {0, START - 1, START, START + 5_000, START + 1_000_000_000}) {
            assertThat(buckets.next(asked, OLD)).isGreaterThan(asked).isGreaterThanOrEqualTo(START);
        }
    }

    /** Else the readers of one feed would ask for as many addresses as there were moments at which they began. */
    @Test
    void theNextIsTheSameForAllWhoReachedTheSamePosition() {
        Position event = Position.of(Instant.ofEpochMilli(START + 2_000), 2);
        Buckets buckets = at(START + 3_000);
        assertThat(buckets.next(0, event)).isEqualTo(START + 2_000);
        assertThat(buckets.next(START, event)).isEqualTo(START + 2_000);
        assertThat(buckets.next(START + 1_000, event)).isEqualTo(START + 2_000);
        assertThat(at(START + 14_000).next(START + 2_000, event)).isEqualTo(START + 14_000);
    }

    @Test
    void theClockOfTheDatabaseMayDiffer() {
        Buckets buckets = at(START + 3_000);
        assertThat(buckets.next(0, Position.of(Instant.ofEpochMilli(START + 60_000), 2)))
                .isEqualTo(START + 13_999);
        assertThat(buckets.next(0, Position.of(Instant.ofEpochMilli(START - 60_000), 2)))
                .isEqualTo(START);
    }

    /** Two nodes that answer in turn, one of them half a minute ahead. */
    @Test
    void clocksThatDifferLeadToNoLoop() {
        long live = 0;
        int requests = 0;
        for (long now = START; now < START + 600_000; requests++) {
            Buckets buckets = at(now + (requests % 2 == 0 ? 30_000 : 0));
            now += buckets.isCurrent(live) ? buckets.left().toMillis() : 1;
            live = at(now + (requests % 2 == 0 ? 30_000 : 0)).next(live, OLD);
        }
        assertThat(requests).isLessThan(600_000 / 14_000 * 4);
    }

    private static Buckets at(long millis) {
        return new Buckets(Duration.ofSeconds(14), Clock.fixed(Instant.ofEpochMilli(millis), ZoneOffset.UTC));
    }
}
