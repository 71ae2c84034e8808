package se.utrop.database;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The sessions that were opened since the database last failed to answer. A session that was opened before may lead to a
 * server that is gone: the pool discards it.
 */
final class OpenSessions {

    private final Set<PostgresqlConnection> trusted = Collections.newSetFromMap(new WeakHashMap<>());

    synchronized void add(PostgresqlConnection session) {
        trusted.add(session);
    }

    /** Has every session that is open now be discarded when it is used or returned next. */
    synchronized void expireAll() {
        trusted.clear();
    }

    synchronized boolean isExpired(PostgresqlConnection session) {
        return !trusted.contains(session);
    }
}
