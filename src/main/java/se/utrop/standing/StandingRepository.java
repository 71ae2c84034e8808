package se.utrop.standing;

import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

@Repository
public class StandingRepository {

    /** The channel on which the database tells of every change, by a {@link Standing}. */
    public static final String CHANNEL = "utrop_feed";

    /** Answers with what the channel's next notification would have said, had it come now. */
    public static final String LATEST = "select standing(feed) from feed";

    private final DatabaseClient database;

    StandingRepository(DatabaseClient database) {
        this.database = database;
    }

    Mono<Standing> latest() {
        return database.sql(LATEST).mapValue(String.class).one().map(Standing::parse);
    }
}
