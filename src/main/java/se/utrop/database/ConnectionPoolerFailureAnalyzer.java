package se.utrop.database;

import io.r2dbc.spi.R2dbcException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to set where a connection pooler refuses the sessions of the pool. */
class ConnectionPoolerFailureAnalyzer extends AbstractFailureAnalyzer<R2dbcException> {

    /** PgBouncer's message. */
    static final String REFUSAL = "unsupported startup parameter";

    static final String ACTION =
            "Name the address of PostgreSQL itself in UTROP_DATABASE_DIRECT_URL. The pool then connects through the"
                    + " pooler without these parameters, the listener and migrations connect to PostgreSQL.";

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable root, R2dbcException failure) {
        String message = failure.getMessage();
        return message != null && message.contains(REFUSAL)
                ? new FailureAnalysis(
                        "A connection pooler refuses the sessions of the pool: " + message, ACTION, failure)
                : null;
    }
}
