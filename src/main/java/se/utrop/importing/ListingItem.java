package se.utrop.importing;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import se.utrop.news.DatePrecision;
import se.utrop.news.NewsKind;
import se.utrop.news.Urgency;
import se.utrop.text.Characters;
import se.utrop.text.Sha256;

/**
 * An item of a listing, before its date is computed.
 *
 * @param day the day that stands on a line of its own
 */
record ListingItem(
        long line,
        String title,
        String summary,
        List<String> topics,
        @Nullable StatedDay day) {

    /** The same whenever and wherever the listing was copied: of the texts as they stand in it. */
    String importKey() {
        return "listing:" + Sha256.hex(title + "\n" + summary);
    }

    @Nullable
    StatedDay stated() {
        StatedDay inTitle = inTitle();
        return inTitle == null ? day : inTitle;
    }

    private @Nullable StatedDay inTitle() {
        return StatedDay.of(Characters.tidy(title));
    }

    /** Empty where the item is at fault. */
    List<Item> publishedAt(Instant instant, Faults faults) {
        try {
            return List.of(publishedAt(instant));
        } catch (ImportRefused fault) {
            faults.leaveOut(fault);
            return List.of();
        }
    }

    private Item publishedAt(Instant instant) {
        StatedDay stated = stated();
        String teaser = Characters.tidy(summary);
        SituationReport report = SituationReport.of(inTitle(), teaser);
        return new Item(
                line,
                ItemIdentity.of(importKey()),
                null,
                Characters.tidy(title),
                teaser,
                null,
                null,
                null,
                report == null ? NewsKind.ARTICLE : NewsKind.SITUATION_REPORT,
                Urgency.ROUTINE,
                report == null ? null : report.series(),
                topics,
                report == null ? List.of() : report.figures(),
                instant,
                stated == null ? DatePrecision.ESTIMATED : DatePrecision.DAY);
    }
}
