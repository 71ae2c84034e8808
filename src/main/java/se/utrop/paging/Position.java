package se.utrop.paging;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Where an item stands in a list that is ordered by a time, and by a key among equal times. */
public record Position(long micros, long key) {

    /** Before everything. */
    public static final Position START = new Position(0, 0);

    public static Position of(Instant time, long key) {
        return new Position(ChronoUnit.MICROS.between(Instant.EPOCH, time), key);
    }

    public Instant time() {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
