package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactoryOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigrationConnectionDetailsTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "r2dbc:postgresql://db.example/news jdbc:postgresql://db.example/news",
                "r2dbc:postgresql://db.example:6432/news jdbc:postgresql://db.example:6432/news",
                "r2dbc:postgresql://db.example:6432 jdbc:postgresql://db.example:6432/",
                "r2dbc:pool:postgresql://db.example/news jdbc:postgresql://db.example/news",
                "r2dbc:postgresql://[::1]:6432/news jdbc:postgresql://[::1]:6432/news",
                "r2dbc:postgresql://db.example/a%2Bb%20%C3%A5 jdbc:postgresql://db.example/a%2Bb+%C3%A5",
                "r2dbc:postgresql:failover://one:5432,two:5433/news jdbc:postgresql://one:5432,two:5433/news"
            })
    void keepsTheAddress(String r2dbc, String jdbc) {
        assertThat(details(r2dbc).getJdbcUrl().replaceFirst("\\?.*", "")).isEqualTo(jdbc);
    }

    @ParameterizedTest
    @CsvSource({
        "r2dbc:postgresql://db.example/news?sslMode=require,      require",
        "r2dbc:postgresql://db.example/news?sslMode=verify-full,  verify-full",
        "r2dbcs:postgresql://db.example/news,                     verify-full",
        "r2dbcs:postgresql://db.example/news?sslMode=verify-ca,   verify-ca"
    })
    void encryptsAsTheServiceDoes(String r2dbc, String mode) {
        assertThat(parameters(r2dbc)).contains("sslmode=" + mode);
    }

    @Test
    void leavesEncryptionToTheDriverWhereTheUrlDoes() {
        assertThat(parameters("r2dbc:postgresql://db.example/news"))
                .containsExactly("ApplicationName=utrop", "connectTimeout=5", "socketTimeout=5");
    }

    @Test
    void migratesTheHostThatTakesChanges() {
        assertThat(parameters("r2dbc:postgresql:failover://one,two/news?targetServerType=preferSecondary"))
                .contains("targetServerType=primary");
    }

    @Test
    void encodesWhatAParameterSays() {
        assertThat(parameters("r2dbc:postgresql://db.example/news?schema=a%26b&sslRootCert=/etc/ca.pem"))
                .contains("currentSchema=a%26b", "sslrootcert=%2Fetc%2Fca.pem");
    }

    @Test
    void connectsToASocketWhereTheHostIsItsDirectory() {
        assertThat(details("r2dbc:postgresql://%2Fvar%2Frun:6432/news").getJdbcUrl())
                .startsWith("jdbc:postgresql://localhost/news?");
        assertThat(parameters("r2dbc:postgresql://%2Fvar%2Frun:6432/news?schema=a"))
                .contains("socketFactoryArg=%2Fvar%2Frun%2F.s.PGSQL.6432", "sslmode=disable", "currentSchema=a");
        assertThat(parameters("r2dbc:postgresql://%2Fvar%2Frun/news"))
                .contains("socketFactoryArg=%2Fvar%2Frun%2F.s.PGSQL.5432");
    }

    @Test
    void takesUserAndPasswordFromTheUrlButNotIntoTheAddress() {
        MigrationConnectionDetails details = details("r2dbc:postgresql://editor:s3cret%40@db.example/news");
        assertThat(details.getUsername()).isEqualTo("editor");
        assertThat(details.getPassword()).isEqualTo("s3cret@");
        assertThat(details.getJdbcUrl()).doesNotContain("editor", "s3cret");
    }

    @Test
    void takesAnOwnerThatIsNotTheService() {
        MigrationConnectionDetails details = new MigrationConnectionDetails(
                ConnectionFactoryOptions.parse("r2dbc:postgresql://service:s3cret@db.example/news"),
                "owner",
                null,
                null);
        assertThat(details.getUsername()).isEqualTo("owner");
        assertThat(details.getPassword()).isNull();
    }

    @Test
    void hasNeitherUserNorPasswordWhereTheUrlHasNone() {
        MigrationConnectionDetails details = details("r2dbc:postgresql://db.example/news");
        assertThat(details.getUsername()).isNull();
        assertThat(details.getPassword()).isNull();
    }

    private static String[] parameters(String r2dbc) {
        return details(r2dbc).getJdbcUrl().replaceFirst(".*\\?", "").split("&", -1);
    }

    private static MigrationConnectionDetails details(String r2dbc) {
        return new MigrationConnectionDetails(ConnectionFactoryOptions.parse(r2dbc));
    }
}
