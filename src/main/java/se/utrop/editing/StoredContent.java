package se.utrop.editing;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import se.utrop.news.Figure;
import se.utrop.news.Image;
import se.utrop.news.NewsKind;
import se.utrop.news.Urgency;

/** The content of a news item as the database stores it: topics and series by key. */
record StoredContent(
        String title,
        String summary,
        @Nullable String body,
        @Nullable String url,
        @Nullable Image image,
        NewsKind kind,
        Urgency urgency,
        List<Long> topics,
        @Nullable Long series,
        List<Figure> figures,
        @Nullable Instant validUntil) {

    /** What revisions of nothing are measured by: they are refused whatever they hold. */
    static final StoredContent NONE = new StoredContent(
            "", "", null, null, null, NewsKind.SITUATION_REPORT, Urgency.ROUTINE, List.of(), null, List.of(), null);
}
