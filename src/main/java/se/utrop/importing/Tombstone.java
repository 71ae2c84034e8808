package se.utrop.importing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import se.utrop.text.Characters;
import se.utrop.text.PlainText;

/**
 * Says that an item was deleted at its source.
 *
 * @param line the line of the file where it begins
 * @param reason null if none is given
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6721">RFC 6721, the Atom "deleted-entry" element</a>
 */
record Tombstone(long line, ItemIdentity identity, @Nullable String reason) {

    private static final int LONGEST_REASON = 2_000;

    static Tombstone of(long line, String reference, String comment, ItemKeys keys) {
        String id = PlainText.line(reference);
        String reason = Characters.tidy(comment);
        return new Tombstone(
                line,
                new ItemIdentity(keys.ofId(id), List.of(), keys.plainKey(id)),
                Characters.showsSomething(reason) ? PlainText.start(reason, LONGEST_REASON) : null);
    }
}
