package se.utrop.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import se.utrop.UtropTest;

@UtropTest
class FrequentQueryTests {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ConnectionFactory connections;

    FrequentQueryTests(ConnectionFactory connections) {
        this.connections = connections;
    }

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("'Nödläge \u2013 \uD83D\uDEA8'::text", String.class),
                Arguments.of("''::text", String.class),
                Arguments.of("null::text", String.class),
                Arguments.of("'{\"a\": [1]}'::json::text", String.class),
                Arguments.of("-7::int4", Integer.class),
                Arguments.of("(select count(*) from generate_series(1, 3))", Integer.class),
                Arguments.of("-7::int4", Long.class),
                Arguments.of("9223372036854775807", Long.class),
                Arguments.of("null::int8", Long.class),
                Arguments.of("1.5::float4", Double.class),
                Arguments.of("-1e300::float8", Double.class),
                Arguments.of("true", Boolean.class),
                Arguments.of("false", Boolean.class),
                Arguments.of("timestamptz '1969-12-31 23:59:59.999999Z'", Instant.class),
                Arguments.of("timestamptz '2026-03-29 03:00:00.000001+02'", Instant.class),
                Arguments.of("'{}'::int8[]", Long[].class),
                Arguments.of("'{1,-2,9223372036854775807}'::int8[]", Long[].class));
    }

    @ParameterizedTest
    @MethodSource("values")
    void readsWhatTheDriverReads(String expression, Class<?> type) {
        String text = "select 'before', " + expression + ", 'after' where 1 = ";
        List<Object> own = run(text + ":one", row -> read(row, type));
        Flux<List<Object>> plain = Flux.usingWhen(
                connections.create(),
                connection -> Flux.from(connection
                                .createStatement(text + "$1")
                                .bind(0, 1L)
                                .execute())
                        .concatMap(result -> result.map((Readable row) -> read(row, type))),
                Connection::close);
        assertThat(own).usingRecursiveComparison().isEqualTo(plain.blockLast(PATIENCE));
    }

    private static List<Object> read(Readable row, Class<?> type) {
        return List.of(
                Columns.required(row, 0, String.class),
                Optional.<Object>ofNullable(row.get(1, type)),
                Columns.required(row, 2, String.class));
    }

    @Test
    void readsARowWithinARow() {
        String inner = run(
                "select row('before', row('inner', :one), 'after')",
                row -> Columns.required(
                                Columns.required(Columns.required(row, 0, RowValue.class), 1, RowValue.class),
                                0,
                                String.class)
                        + Columns.required(Columns.required(row, 0, RowValue.class), 2, String.class));
        assertThat(inner).isEqualTo("innerafter");
    }

    @Test
    void keepsTheOrderOfTheQuery() {
        List<Integer> numbers = new FrequentQuery("select n from generate_series(1, 500) n where n > :one order by -n")
                .run(connections, Map.of("one", 1L), row -> Columns.required(row, 0, Integer.class))
                .collectList()
                .block(PATIENCE);
        assertThat(numbers).hasSize(499).isSortedAccordingTo((a, b) -> b - a);
    }

    @Test
    void cutsNoNumber() {
        assertThatThrownBy(
                        () -> run("select 4294967296 where 1 = :one", row -> Columns.required(row, 0, Integer.class)))
                .isInstanceOf(ArithmeticException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        1::int8                  | java.lang.String
        'text'::text             | java.lang.Long
        'text'::text             | java.lang.Integer
        1.5::numeric             | java.lang.Double
        1::int8                  | java.lang.Double
        1::int8                  | java.lang.Boolean
        1::int8                  | java.time.Instant
        date '2026-01-01'        | java.time.Instant
        timestamp '2026-01-01'   | java.time.Instant
        '{1}'::int4[]            | [Ljava.lang.Long;
        '{}'::json               | java.lang.String
        row(1)                   | java.lang.String
        'text'::text             | se.utrop.sql.RowValue
        true                     | java.lang.Object
        """)
    void refusesAColumnOfAnotherType(String expression, Class<?> type) {
        assertThatThrownBy(() -> run("select 'before', " + expression + " where 1 = :one", row -> read(row, type)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Column 1 is of the type")
                .hasMessageEndingWith("not to be read as " + type.getSimpleName());
    }

    @Test
    void wantsAParameterThatItsStatementIsPrepared() {
        assertThatThrownBy(() -> new FrequentQuery("select 1")).hasMessageContaining("select 1");
    }

    private <T> T run(String text, Function<Readable, T> read) {
        return new FrequentQuery(text)
                .run(connections, Map.of("one", 1L), read)
                .next()
                .blockOptional(PATIENCE)
                .orElseThrow();
    }
}
