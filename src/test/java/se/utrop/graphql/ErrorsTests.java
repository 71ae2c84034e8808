package se.utrop.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcNonTransientException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessResourceFailureException;

class ErrorsTests {

    @ParameterizedTest
    @CsvSource({
        "40001, UNAVAILABLE",
        "25006, UNAVAILABLE",
        "08006, UNAVAILABLE",
        "53300, UNAVAILABLE",
        "57P01, UNAVAILABLE",
        "57014, TIMEOUT",
        "22021, BAD_USER_INPUT",
        "42P01, INTERNAL"
    })
    void aStateOfTheDatabaseHasACode(String state, ErrorCode code) {
        R2dbcNonTransientException cause = new R2dbcNonTransientException("failed", state) {};
        assertThat(Errors.of(new DataAccessResourceFailureException("failed", cause))
                        .getErrorType())
                .isEqualTo(code);
    }
}
