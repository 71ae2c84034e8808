package se.utrop.sql;

import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Readable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Binds and reads the values of columns, nullable or not. */
public final class Columns {

    private Columns() {}

    public static <T> T required(Readable row, int index, Class<T> type) {
        return Objects.requireNonNull(row.get(index, type), () -> "column " + index + " is null");
    }

    public static <T> T required(Readable row, SelectedColumn column, Class<T> type) {
        return required(row, 0, column, type);
    }

    public static <T> @Nullable T optional(Readable row, SelectedColumn column, Class<T> type) {
        return optional(row, 0, column, type);
    }

    /** Of a select list that begins at index {@code from}. */
    public static <T> T required(Readable row, int from, SelectedColumn column, Class<T> type) {
        return Objects.requireNonNull(optional(row, from, column, type), () -> "column " + column + " is null");
    }

    /** Of a select list that begins at index {@code from}. */
    public static <T> @Nullable T optional(Readable row, int from, SelectedColumn column, Class<T> type) {
        return row.get(from + column.ordinal(), type);
    }

    /** To be bound. */
    public static Parameter orNull(@Nullable Object value, Class<?> type) {
        return value == null ? Parameters.in(type) : Parameters.in(value);
    }
}
