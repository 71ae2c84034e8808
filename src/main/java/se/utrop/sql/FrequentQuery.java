package se.utrop.sql;

import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/**
 * A query that runs so often that its overhead matters: the text is prepared once and passed directly to the driver, and
 * each row is one composite value. It does not take part in transactions.
 */
public final class FrequentQuery {

    private final String text;

    private final Set<String> parameters;

    /** The parameters in the order of their numbers. */
    private final List<String> numbered;

    /**
     * @param text names its parameters as {@code :name}, at least one, because the driver prepares no other statements. Runs
     *     of blanks and line breaks are sent as one blank, because the driver parses the text on each call
     */
    public FrequentQuery(String text) {
        this.parameters = NamedParameters.of(text);
        if (parameters.isEmpty()) {
            throw new IllegalArgumentException("Without a parameter: " + text);
        }
        this.numbered = List.copyOf(parameters);
        this.text = NamedParameters.numbered(rowsAsValues(text), numbered).replaceAll("\\s+", " ");
    }

    /** A query that gives the same rows, each as one value. */
    public static String rowsAsValues(String text) {
        return "select row(found.*) from (" + text.strip() + ") found";
    }

    /** The names of the parameters, each of which takes a value. */
    public Set<String> parameters() {
        return parameters;
    }

    /** The rows, each read while it is there. */
    public <T> Flux<T> run(ConnectionFactory connections, Map<String, ?> values, Function<Readable, T> read) {
        return Flux.usingWhen(connections.create(), connection -> rows(connection, values, read), Connection::close);
    }

    /** Without a context: the driver would restore it around each of its signals. */
    private <T> Flux<T> rows(Connection connection, Map<String, ?> values, Function<Readable, T> read) {
        Statement statement = connection.createStatement(text);
        for (int i = 0; i < numbered.size(); i++) {
            Object value = values.get(numbered.get(i));
            if (value == null) {
                throw new IllegalArgumentException("No value of " + numbered.get(i));
            }
            statement.bind(i, value);
        }
        return Flux.from(statement.execute())
                .concatMap(result -> result.map((Readable row) -> read.apply(required(row, 0, RowValue.class))), 0)
                .contextWrite(asker -> Context.empty());
    }
}
