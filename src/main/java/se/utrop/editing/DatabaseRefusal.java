package se.utrop.editing;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;

/**
 * A value that a domain of the database refuses although it was validated, as an error that an editor can correct. A constraint of
 * a table is the service's own to keep.
 */
final class DatabaseRefusal {

    private static final Logger log = LoggerFactory.getLogger(DatabaseRefusal.class);

    private DatabaseRefusal() {}

    /** Logs the failure, because it may be a fault of the service. */
    static MutationResult result(Throwable failure) {
        log.warn("The database refused what was validated", failure);
        String message = "The database refuses this: %s. Change that value, and call again"
                .formatted(NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
        return MutationResult.refused(List.of(new UserError(UserErrorCode.INVALID, message, InputPath.INPUT.path())));
    }
}
