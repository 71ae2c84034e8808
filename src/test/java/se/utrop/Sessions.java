package se.utrop;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.boot.test.context.TestComponent;

/** Sessions of the database under test that a test keeps in its own hands: with transactions that it opens and ends. */
@TestComponent
public class Sessions {

    private final ConnectionFactoryOptions options;

    /** @param direct the address of the database itself where the service uses a connection pooler */
    Sessions(R2dbcConnectionDetails database, @Value("${utrop.database.direct.url:}") String direct) {
        ConnectionFactoryOptions service = database.getConnectionFactoryOptions();
        this.options = direct.isEmpty()
                ? service
                : ConnectionFactoryOptions.builder()
                        .from(service)
                        .from(ConnectionFactoryOptions.parse(direct))
                        .build();
    }

    /** One that lets nobody else at a table until its transaction ends. */
    public Connection locking(String table) throws SQLException {
        Connection session = open();
        session.setAutoCommit(false);
        try (Statement statement = session.createStatement()) {
            statement.execute("lock table " + table + " in access exclusive mode");
        }
        return session;
    }

    /** The address of the database itself. */
    public ConnectionFactoryOptions options() {
        return options;
    }

    public Connection open() throws SQLException {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setServerNames(new String[] {String.valueOf(options.getValue(ConnectionFactoryOptions.HOST))});
        database.setPortNumbers(
                new int[] {Integer.parseInt(String.valueOf(options.getValue(ConnectionFactoryOptions.PORT)))});
        database.setDatabaseName(String.valueOf(options.getValue(ConnectionFactoryOptions.DATABASE)));
        database.setUser(String.valueOf(options.getValue(ConnectionFactoryOptions.USER)));
        Object password = options.getValue(ConnectionFactoryOptions.PASSWORD);
        database.setPassword(password == null ? "" : password.toString());
        return database.getConnection();
    }
}
