package se.utrop.paging;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/** Where an item stands in a list that is ordered by a time, and by a key among equal times. */
public record Position(long micros, long key) {

    /** Before everything. */
    public static final Position START = new Position(0, 0);

    private static final HexFormat SORT_KEY = HexFormat.of();

    public static Position of(Instant time, long key) {
        return new Position(ChronoUnit.MICROS.between(Instant.EPOCH, time), key);
    }

    /** Its place as text: texts of one length, which compare as the positions do, by their characters' codes. */
    public String sortKey() {
        return SORT_KEY.toHexDigits(micros ^ Long.MIN_VALUE) + SORT_KEY.toHexDigits(key ^ Long.MIN_VALUE);
    }

    public Instant time() {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
