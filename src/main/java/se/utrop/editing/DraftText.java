package se.utrop.editing;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import se.utrop.news.Figure;
import se.utrop.news.Image;
import se.utrop.news.NewsKind;
import se.utrop.news.Significance;
import se.utrop.news.Urgency;

/** What is written of a draft, as an editor wrote it: complete or not, topics and series by slug. */
record DraftText(
        @Nullable String title,
        @Nullable String summary,
        @Nullable String body,
        @Nullable String slug,
        @Nullable URI url,
        @Nullable Image image,
        @Nullable NewsKind kind,
        @Nullable Urgency urgency,
        @Nullable List<String> topics,
        @Nullable String series,
        @Nullable List<Figure> figures,
        @Nullable String note,
        @Nullable Significance significance,
        @Nullable Instant validUntil,
        @Nullable Instant publishedAt) {

    /** The same with the defaults of what is missing. A text that must not be missing is blank. */
    NewsContent content() {
        return new NewsContent(
                Objects.requireNonNullElse(title, ""),
                Objects.requireNonNullElse(summary, ""),
                body,
                slug,
                url,
                image,
                Objects.requireNonNullElse(kind, NewsKind.ARTICLE),
                Objects.requireNonNullElse(urgency, Urgency.ROUTINE),
                null,
                Objects.requireNonNullElse(topics, List.of()),
                series,
                figures,
                validUntil);
    }
}
