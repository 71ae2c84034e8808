package se.utrop.editing;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.ArgumentValue;
import se.utrop.news.Figure;
import se.utrop.news.Image;
import se.utrop.news.Urgency;

/** What is to be changed of a news item; what is omitted stays. */
record ReviseNewsInput(
        String id,
        int expectedRevision,
        @Nullable String note,
        ArgumentValue<String> title,
        ArgumentValue<String> summary,
        ArgumentValue<String> body,
        ArgumentValue<URI> url,
        ArgumentValue<Image> image,
        ArgumentValue<Urgency> urgency,
        ArgumentValue<List<String>> topics,
        ArgumentValue<List<Figure>> figures) {}
