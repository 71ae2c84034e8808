package se.utrop.database;

import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** A statement whose results pass through the session's watch and, while tracing is on, a span. */
final class WatchedStatement implements Statement {

    private final Statement statement;

    private final WatchedResult.Watch watch;

    private final @Nullable UnaryOperator<Flux<Result>> span;

    WatchedStatement(Statement statement, WatchedResult.Watch watch, @Nullable UnaryOperator<Flux<Result>> span) {
        this.statement = statement;
        this.watch = watch;
        this.span = span;
    }

    @Override
    public Statement add() {
        statement.add();
        return this;
    }

    @Override
    public Statement bind(int index, Object value) {
        statement.bind(index, value);
        return this;
    }

    @Override
    public Statement bind(String name, Object value) {
        statement.bind(name, value);
        return this;
    }

    @Override
    public Statement bindNull(int index, Class<?> type) {
        statement.bindNull(index, type);
        return this;
    }

    @Override
    public Statement bindNull(String name, Class<?> type) {
        statement.bindNull(name, type);
        return this;
    }

    @Override
    public Statement returnGeneratedValues(String... columns) {
        statement.returnGeneratedValues(columns);
        return this;
    }

    @Override
    public Statement fetchSize(int rows) {
        statement.fetchSize(rows);
        return this;
    }

    @Override
    public Publisher<? extends Result> execute() {
        Flux<Result> results = watch.over(statement.execute()).map(result -> new WatchedResult(result, watch));
        return span == null ? results : span.apply(results);
    }
}
