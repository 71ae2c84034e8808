package se.utrop.importing;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import se.utrop.news.News;

/**
 * An item that was imported before.
 *
 * @param key the key by which it was found
 * @param source the named source that it belongs to; null if it came in a file
 * @param version what its source said of it last; null if a release before 1.1 imported it
 * @param imported the revision that the import made last; 0 if an editor changed the item before it was published
 * @param revision its revision now; null if it is not published
 * @param title its title now; null if it is not published
 */
record KnownItem(
        String key,
        long newsId,
        State state,
        @Nullable String source,
        @Nullable ItemVersion version,
        int imported,
        @Nullable Integer revision,
        @Nullable String title,
        @Nullable String url,
        @Nullable Instant publishedAt) {

    enum State {
        PUBLISHED,
        SCHEDULED,
        /** Retracted, or taken off the schedule. */
        GONE
    }

    /** What an item of a document does to the known one. */
    enum Effect {
        NONE,
        /** From now on it is known how the source has it. */
        REMEMBERED,
        REVISED,
        RESCHEDULED,
        /** The source has changed it, and so has an editor. */
        CONFLICT
    }

    /** Whether it was found by its former key, and may be the item of another source that has the same id. */
    boolean isOf(Item item) {
        return version != null
                || state == State.GONE
                || key.equals(item.identity().key())
                || Objects.equals(title, item.title())
                || Objects.equals(publishedAt, item.publishedAt())
                || (url != null && item.url() != null && ItemKeys.plain(url).equals(ItemKeys.plain(item.url())));
    }

    /** Whether the source may change it: a source of a name doesn't change what belongs to another. */
    boolean isOf(Source from) {
        return source == null || (from.isNamed() && source.equals(from.name()));
    }

    Effect effect(Item item, Source from) {
        ItemVersion now = item.version();
        if (now == null || state == State.GONE || !isOf(from)) {
            return Effect.NONE;
        }
        if (version == null || !now.isComparableTo(version)) {
            return Effect.REMEMBERED;
        }
        if (!from.settings().updates() || now.isOlderThan(version) || !now.differsFrom(version)) {
            return Effect.NONE;
        }
        if (isRevisedByHand()) {
            return Effect.CONFLICT;
        }
        return state == State.SCHEDULED ? Effect.RESCHEDULED : Effect.REVISED;
    }

    /** Its global id. */
    String id() {
        return News.id(newsId);
    }

    boolean isRevisedByHand() {
        return imported == 0 || (revision != null && revision > imported);
    }

    /** Whether the item states another time of publication than before. */
    boolean isMovedBy(ItemVersion now) {
        return version != null && now.movesFrom(version);
    }
}
