package se.utrop.news;

import io.r2dbc.spi.Readable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A value of a news item that a condition checks: an expression over the log, and how it is read. */
final class Facet<T> {

    private final String expression;

    private final Reader<T> reader;

    private interface Reader<T> {

        @Nullable
        T read(Readable row, int index);
    }

    private Facet(String expression, Reader<T> reader) {
        this.expression = expression;
        this.reader = reader;
    }

    /** @param expression with {@code %s} for the alias of the event */
    static <C, T> Facet<T> of(String expression, Class<C> column, Function<C, T> value) {
        return new Facet<>(expression, (row, index) -> {
            C found = row.get(index, column);
            return found == null ? null : value.apply(found);
        });
    }

    String sql(String event) {
        return expression.formatted(event);
    }

    @Nullable
    T read(Readable row, int index) {
        return reader.read(row, index);
    }
}
