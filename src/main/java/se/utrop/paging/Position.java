package se.utrop.paging;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/** The keyset position of an item: its time in microseconds since 1970, and its key among items of the same time. */
public record Position(long micros, long key) {

    /** The position before all others. */
    public static final Position START = new Position(0, 0);

    private static final HexFormat SORT_KEY = HexFormat.of();

    public static Position of(Instant time, long key) {
        return new Position(ChronoUnit.MICROS.between(Instant.EPOCH, time), key);
    }

    /** A text of fixed length that sorts, by code point, as the positions do. */
    public String sortKey() {
        return SORT_KEY.toHexDigits(micros ^ Long.MIN_VALUE) + SORT_KEY.toHexDigits(key ^ Long.MIN_VALUE);
    }

    public Instant time() {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
