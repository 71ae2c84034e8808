package se.utrop.editing;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.ArgumentValue;
import se.utrop.news.Figure;
import se.utrop.news.Image;
import se.utrop.news.NewsKind;
import se.utrop.news.Significance;
import se.utrop.news.Urgency;

/** The changes to a news item. Omitted fields keep their values. */
record ReviseNewsInput(
        String id,
        int expectedRevision,
        @Nullable String note,
        Significance significance,
        ArgumentValue<String> slug,
        ArgumentValue<String> title,
        ArgumentValue<String> summary,
        ArgumentValue<String> body,
        ArgumentValue<URI> url,
        ArgumentValue<Image> image,
        ArgumentValue<NewsKind> kind,
        ArgumentValue<Urgency> urgency,
        ArgumentValue<List<String>> topics,
        ArgumentValue<String> series,
        ArgumentValue<List<Figure>> figures) {}
