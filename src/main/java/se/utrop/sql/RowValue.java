package se.utrop.sql;

import io.r2dbc.spi.Readable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A row that is one value, as {@code row(…)} makes it. The driver hands it on as it came, where it would handle each column
 * of a row apart; so it is read with half of the work. Its columns are texts, numbers, truths, times, lists of numbers and
 * rows.
 *
 * @see <a href="https://www.postgresql.org/docs/18/sql-expressions.html#SQL-SYNTAX-ROW-CONSTRUCTORS">Row constructors</a>
 */
public final class RowValue implements Readable {

    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private static final int NULL = -1;

    private final byte[] content;

    private final ByteBuffer buffer;

    /** Where each column begins, and how many bytes it has. */
    private final int[] columns;

    /** @param content in PostgreSQL's binary format */
    RowValue(byte[] content) {
        this(content, 0);
    }

    private RowValue(byte[] content, int from) {
        this.content = content;
        this.buffer = ByteBuffer.wrap(content);
        this.columns = new int[2 * buffer.getInt(from)];
        int at = from + Integer.BYTES;
        for (int i = 0; i < columns.length; i += 2) {
            int length = buffer.getInt(at + Integer.BYTES); // its type comes before
            at += 2 * Integer.BYTES;
            columns[i] = at;
            columns[i + 1] = length;
            at += Math.max(length, 0);
        }
    }

    @Override
    public <T> @Nullable T get(int index, Class<T> type) {
        int length = columns[2 * index + 1];
        return length == NULL ? null : type.cast(value(columns[2 * index], length, type));
    }

    private Object value(int at, int length, Class<?> type) {
        if (type == String.class) {
            return new String(content, at, length, StandardCharsets.UTF_8);
        }
        if (type == Long.class) {
            return integer(at, length);
        }
        if (type == Integer.class) {
            return Math.toIntExact(integer(at, length));
        }
        if (type == Double.class) {
            return length == Double.BYTES ? buffer.getDouble(at) : (double) buffer.getFloat(at);
        }
        if (type == Boolean.class) {
            return buffer.get(at) != 0;
        }
        if (type == Instant.class) {
            return EPOCH.plus(buffer.getLong(at), ChronoUnit.MICROS);
        }
        if (type == Long[].class) {
            return numbers(at);
        }
        if (type == RowValue.class) {
            return new RowValue(content, at);
        }
        throw new IllegalArgumentException("A row value has no " + type.getSimpleName());
    }

    private long integer(int at, int length) {
        return length == Long.BYTES ? buffer.getLong(at) : buffer.getInt(at);
    }

    /** An array begins with how many dimensions it has, a number and a type, then has each dimension's length and begin. */
    private Long[] numbers(int at) {
        Long[] numbers = new Long[buffer.getInt(at) == 0 ? 0 : buffer.getInt(at + 3 * Integer.BYTES)];
        int first = at + 5 * Integer.BYTES;
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = buffer.getLong(first + i * (Integer.BYTES + Long.BYTES) + Integer.BYTES);
        }
        return numbers;
    }

    @Override
    public <T> @Nullable T get(String name, Class<T> type) {
        throw new IllegalArgumentException("The columns of a row value have no names");
    }
}
