package se.utrop.editing;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import se.utrop.news.Figure;
import se.utrop.news.Image;
import se.utrop.news.NewsKind;
import se.utrop.news.Urgency;

/** The content of a news item as an editor writes it: topics and series by slug. */
record NewsContent(
        String title,
        String summary,
        @Nullable String body,
        @Nullable String slug,
        @Nullable URI url,
        @Nullable Image image,
        NewsKind kind,
        Urgency urgency,
        @Nullable Instant publishedAt,
        List<String> topics,
        @Nullable String series,
        @Nullable List<Figure> figures) {}
