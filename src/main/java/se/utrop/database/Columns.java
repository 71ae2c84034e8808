package se.utrop.database;

import io.r2dbc.spi.Readable;
import java.util.Objects;

/** Reads columns that the database holds to be not null. */
public final class Columns {

    private Columns() {}

    public static <T> T required(Readable row, int index, Class<T> type) {
        return Objects.requireNonNull(row.get(index, type), () -> "column " + index + " is null");
    }
}
