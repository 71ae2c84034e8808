package se.utrop.importing;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import se.utrop.news.DatePrecision;
import se.utrop.news.NewsKind;
import se.utrop.text.Characters;
import se.utrop.text.Sha256;

/** An item of a listing, before its date is computed. */
record ListingItem(long line, String title, String summary, List<String> topics) {

    /** The same whenever and wherever the listing was copied: of the texts as they stand in it. */
    String importKey() {
        return "listing:" + Sha256.hex(title + "\n" + summary);
    }

    @Nullable
    StatedDay stated() {
        return StatedDay.of(Characters.tidy(title));
    }

    Item publishedAt(Instant instant) {
        StatedDay stated = stated();
        String teaser = Characters.tidy(summary);
        SituationReport report = SituationReport.of(stated, teaser);
        return new Item(
                line,
                importKey(),
                Characters.tidy(title),
                teaser,
                null,
                null,
                report == null ? NewsKind.ARTICLE : NewsKind.SITUATION_REPORT,
                report == null ? null : report.series(),
                topics,
                report == null ? List.of() : report.figures(),
                instant,
                stated == null ? DatePrecision.ESTIMATED : DatePrecision.DAY);
    }
}
