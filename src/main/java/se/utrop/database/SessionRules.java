package se.utrop.database;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the sessions of a pool.
 *
 * @param statementTimeout PostgreSQL's own; 0 for none
 * @param transactionSettings sets what each transaction sets itself, because the session leads through a connection pooler and
 *     keeps no settings; null where the session has them
 */
record SessionRules(Duration statementTimeout, @Nullable String transactionSettings) {}
