package se.utrop.database;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** A result whose rows pass through the session's watch. The driver emits the result before PostgreSQL has answered. */
final class WatchedResult implements Result {

    private final Result result;

    private final Watch watch;

    WatchedResult(Result result, Watch watch) {
        this.result = result;
        this.watch = watch;
    }

    @Override
    public Publisher<Long> getRowsUpdated() {
        return watch.over(result.getRowsUpdated());
    }

    @Override
    public <T> Publisher<T> map(BiFunction<Row, RowMetadata, ? extends T> mapping) {
        return watch.over(result.map(mapping));
    }

    @Override
    public <T> Publisher<T> map(Function<? super Readable, ? extends T> mapping) {
        return watch.over(result.map(mapping));
    }

    @Override
    public Result filter(Predicate<Segment> filter) {
        return new WatchedResult(result.filter(filter), watch);
    }

    @Override
    public <T> Publisher<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mapping) {
        return watch.over(result.flatMap(mapping));
    }

    /** Ends an answer that doesn't come. */
    @FunctionalInterface
    interface Watch {

        <T> Flux<T> over(Publisher<T> answer);
    }
}
