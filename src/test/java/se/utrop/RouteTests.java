package se.utrop;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import se.utrop.embedded.Route;

/** The server under test reaches PostgreSQL on the route that the run has asked for. */
@UtropTest
class RouteTests {

    private final Sessions sessions;

    private final R2dbcConnectionDetails database;

    RouteTests(Sessions sessions, R2dbcConnectionDetails database) {
        this.sessions = sessions;
        this.database = database;
    }

    @Test
    void thePoolGoesThroughAPoolerWhereOneIsAskedFor() {
        Object port = database.getConnectionFactoryOptions().getRequiredValue(ConnectionFactoryOptions.PORT);
        boolean isDirect = port.equals(sessions.options().getRequiredValue(ConnectionFactoryOptions.PORT));
        assertThat(isDirect).isEqualTo(Route.TAKEN != Route.PGBOUNCER);
    }

    @Test
    void allSessionsOfTheServerAreEncryptedWhereThatIsAskedFor() throws SQLException {
        try (var session = sessions.open();
                Statement statement = session.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name"
                                + " like 'utrop%'")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getBoolean(1)).isEqualTo(Route.TAKEN == Route.TLS);
            assertThat(rows.next()).isFalse();
        }
    }
}
