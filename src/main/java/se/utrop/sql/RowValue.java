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
 * rows. PostgreSQL sends the type of each column with it, and a column is only read as what it is.
 *
 * @see <a href="https://www.postgresql.org/docs/18/sql-expressions.html#SQL-SYNTAX-ROW-CONSTRUCTORS">Row constructors</a>
 */
public final class RowValue implements Readable {

    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private static final int NULL = -1;

    /** Numbers in {@code columns} for each column. */
    private static final int ENTRY = 3;

    // Object identifiers of types, as in pg_type.dat.
    private static final int BOOL = 16;
    private static final int NAME = 19;
    private static final int INT8 = 20;
    private static final int INT4 = 23;
    private static final int TEXT = 25;
    private static final int FLOAT4 = 700;
    private static final int FLOAT8 = 701;
    private static final int UNKNOWN = 705;
    private static final int INT8_ARRAY = 1016;
    private static final int VARCHAR = 1043;
    private static final int TIMESTAMPTZ = 1184;
    private static final int RECORD = 2249;

    /** The first that types of a database's own have: those of the newsroom's are domains of text. */
    private static final int FIRST_OWN = 16_384;

    private final byte[] content;

    private final ByteBuffer buffer;

    /** For each column its type, where it begins, and how many bytes it has. */
    private final int[] columns;

    /** @param content in PostgreSQL's binary format */
    public RowValue(byte[] content) {
        this(content, 0);
    }

    private RowValue(byte[] content, int from) {
        this.content = content;
        this.buffer = ByteBuffer.wrap(content);
        this.columns = new int[ENTRY * buffer.getInt(from)];
        int at = from + Integer.BYTES;
        for (int i = 0; i < columns.length; i += ENTRY) {
            int length = buffer.getInt(at + Integer.BYTES);
            columns[i] = buffer.getInt(at);
            at += 2 * Integer.BYTES;
            columns[i + 1] = at;
            columns[i + 2] = length;
            at += Math.max(length, 0);
        }
    }

    @Override
    public <T> @Nullable T get(int index, Class<T> type) {
        int entry = ENTRY * index;
        if (columns[entry + 2] == NULL) {
            return null;
        }
        Object value = value(columns[entry], columns[entry + 1], columns[entry + 2], type);
        if (value == null) {
            throw new IllegalArgumentException(
                    "Column %d is of the type with the object identifier %s, not to be read as %s"
                            .formatted(index, Integer.toUnsignedString(columns[entry]), type.getSimpleName()));
        }
        return type.cast(value);
    }

    /** Null where this isn't what the column holds. */
    private @Nullable Object value(int sent, int at, int length, Class<?> type) {
        if (type == String.class && isText(sent)) {
            return new String(content, at, length, StandardCharsets.UTF_8);
        }
        if (type == Long.class && isInteger(sent)) {
            return integer(at, length);
        }
        if (type == Integer.class && isInteger(sent)) {
            return Math.toIntExact(integer(at, length));
        }
        if (type == Double.class && (sent == FLOAT8 || sent == FLOAT4)) {
            return sent == FLOAT8 ? buffer.getDouble(at) : (double) buffer.getFloat(at);
        }
        if (type == Boolean.class && sent == BOOL) {
            return buffer.get(at) != 0;
        }
        if (type == Instant.class && sent == TIMESTAMPTZ) {
            return EPOCH.plus(buffer.getLong(at), ChronoUnit.MICROS);
        }
        if (type == Long[].class && sent == INT8_ARRAY) {
            return numbers(at);
        }
        return type == RowValue.class && sent == RECORD ? new RowValue(content, at) : null;
    }

    private static boolean isText(int sent) {
        return sent == TEXT
                || sent == VARCHAR
                || sent == NAME
                || sent == UNKNOWN
                || Integer.compareUnsigned(sent, FIRST_OWN) >= 0;
    }

    private static boolean isInteger(int sent) {
        return sent == INT8 || sent == INT4;
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
