package se.utrop.editing;

import io.r2dbc.postgresql.api.ErrorDetails;
import io.r2dbc.postgresql.api.PostgresqlException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;

/**
 * A value that a domain of the database refuses although it was validated, as an error that an editor can correct. A constraint of
 * a table is the service's own to keep.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error Codes</a>
 */
final class DatabaseRefusal {

    private static final Logger log = LoggerFactory.getLogger(DatabaseRefusal.class);

    private static final String CHECK_VIOLATION = "23514";

    private DatabaseRefusal() {}

    static boolean is(Throwable failure) {
        return failure instanceof DataAccessException
                && failure.getCause() instanceof PostgresqlException cause
                && isOfDomain(cause.getErrorDetails());
    }

    private static boolean isOfDomain(ErrorDetails details) {
        return CHECK_VIOLATION.equals(details.getCode())
                && details.getDataTypeName().isPresent();
    }

    /** Logs the failure, because it may be a fault of the service. */
    static MutationResult result(Throwable failure) {
        log.warn("The database refused what was validated", failure);
        String message = "The database refuses this: %s. Change that value, and call again"
                .formatted(NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
        return MutationResult.refused(List.of(new UserError(UserErrorCode.INVALID, message, InputPath.INPUT.path())));
    }
}
