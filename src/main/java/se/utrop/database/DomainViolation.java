package se.utrop.database;

import io.r2dbc.postgresql.api.ErrorDetails;
import io.r2dbc.postgresql.api.PostgresqlException;
import org.springframework.dao.DataAccessException;

/**
 * A value that the check constraint of a domain refuses.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error Codes</a>
 */
public final class DomainViolation {

    private static final String CHECK_VIOLATION = "23514";

    private DomainViolation() {}

    /** Whether this is the failure. The check constraint of a table is none of a domain. */
    public static boolean is(Throwable failure) {
        return failure instanceof DataAccessException
                && failure.getCause() instanceof PostgresqlException cause
                && isOfDomain(cause.getErrorDetails());
    }

    private static boolean isOfDomain(ErrorDetails details) {
        return CHECK_VIOLATION.equals(details.getCode())
                && details.getDataTypeName().isPresent();
    }
}
