package se.utrop.editing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How the database commits mutations and scheduled publications.
 *
 * @param synchronous what such a commit waits for: with {@code remote_apply}, until synchronous standbys show it; with
 *     {@code on}, until they have it on disk; with {@code local}, for no standby. Without it, and for all other commits,
 *     imports included, the database decides
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT">synchronous_commit</a>
 */
@ConfigurationProperties("utrop.database.publish")
record PublishProperties(@Nullable SynchronousCommit synchronous) {

    enum SynchronousCommit {
        REMOTE_APPLY,
        ON,
        LOCAL;

        /** A call that has the present transaction commit so. */
        String sql() {
            return "set_config('synchronous_commit', '%s', true)".formatted(name().toLowerCase(Locale.ROOT));
        }
    }
}
