package se.utrop.importing;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import se.utrop.text.Characters;
import se.utrop.text.PlainText;

/**
 * Says that an item was deleted at its source.
 *
 * @param line the line of the file where it begins
 * @param when it was deleted; null if that isn't stated
 * @param reason null if none is given
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6721">RFC 6721, the Atom "deleted-entry" element</a>
 */
record Tombstone(
        long line,
        ItemIdentity identity,
        @Nullable Instant when,
        @Nullable String reason) {

    private static final int LONGEST_REASON = 2_000;

    static Tombstone of(long line, String reference, @Nullable Instant when, String comment, ItemKeys keys) {
        String id = PlainText.line(reference);
        String reason = Characters.tidy(comment);
        return new Tombstone(
                line,
                new ItemIdentity(keys.ofId(id), List.of(), keys.plainKey(id)),
                when,
                Characters.showsSomething(reason) ? PlainText.start(reason, LONGEST_REASON) : null);
    }

    /** Whether the item stands in the same document, and was changed after it had been deleted. */
    boolean isOutdatedBy(Item item) {
        ItemVersion version = item.version();
        return when != null
                && version != null
                && version.updatedAt() != null
                && when.isBefore(version.updatedAt())
                && item.identity().key().equals(identity.key());
    }
}
