package se.utrop.editing;

import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/** The schedule: the clock of the database decides which drafts are due. */
@Repository
class ScheduleRepository {

    private final DatabaseClient database;

    private final String publishDue;

    ScheduleRepository(DatabaseClient database, PublishProperties properties) {
        this.database = database;
        PublishProperties.SynchronousCommit commit = properties.synchronous();
        this.publishDue = """
            select published, failures, overdue, cast(ceil(extract(epoch from wait) * 1000) as bigint)
            from publish_due()\
            """ + (commit == null ? "" : ", " + commit.sql());
    }

    Mono<Boolean> isToCome(Instant moment) {
        return database.sql("select cast(:moment as timestamptz) > clock_timestamp()")
                .bind("moment", moment)
                .mapValue(Boolean.class)
                .one();
    }

    /**
     * What a look at the schedule has led to.
     *
     * @param overdue news that could not be published and still wait for it
     * @param untilNext until the next is due; null where none waits
     */
    record Round(
            int published,
            List<String> failures,
            int overdue,
            @Nullable Duration untilNext) {}

    Mono<Round> publishDue() {
        return database.sql(publishDue).map(ScheduleRepository::round).one();
    }

    private static Round round(Readable row) {
        Long millis = row.get(3, Long.class);
        return new Round(
                required(row, 0, Integer.class),
                List.of(required(row, 1, String[].class)),
                required(row, 2, Integer.class),
                millis == null ? null : Duration.ofMillis(millis));
    }
}
