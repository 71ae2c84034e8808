package se.utrop.freshness;

import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.paging.Position;

/** Reads the state of the newsroom through the session of the listener. */
@Repository
class NewsroomStateRepository {

    /** An event is known by its number and its time: another log of the same length has another event at that number. */
    private static final String STANDING = """
        select version, position, occurred_at, topics_version,
            $1 = 0 or exists (select from event where position = $1 and occurred_at = $2)
        from feed\
        """;

    private final ConnectionFactory connections;

    NewsroomStateRepository(ConnectionFactory connections) {
        this.connections = connections;
    }

    /** The channel on which the newsroom's commits are announced. */
    Mono<String> channel(Connection session) {
        return Flux.from(session.createStatement("select feed_channel()").execute())
                .concatMap(result -> result.map((row, metadata) -> required(row, 0, String.class)))
                .last();
    }

    /** Where the newsroom stands, compared with the latest position that the caller knows. */
    Mono<NewsroomState> read(Connection session, Position known) {
        return Flux.from(session.createStatement(STANDING)
                        .bind(0, known.key())
                        .bind(1, known.time())
                        .execute())
                .concatMap(result -> result.map((Readable row) -> state(row, known)))
                .last();
    }

    Mono<NewsroomState> latest() {
        return Mono.usingWhen(
                Mono.from(connections.create()), session -> read(session, Position.START), Connection::close);
    }

    private static NewsroomState state(Readable row, Position known) {
        return new NewsroomState(
                required(row, 0, Long.class),
                Position.of(required(row, 2, Instant.class), required(row, 1, Long.class)),
                required(row, 3, Long.class),
                known,
                required(row, 4, Boolean.class));
    }
}
