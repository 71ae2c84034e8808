package se.utrop.syndication;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaTypeFactory;

/** A news item, as the documents ask for it. */
record NewsItem(
        String id,
        String slug,
        String title,
        String summary,
        @Nullable String bodyHtml,
        @Nullable URI url,
        @Nullable Picture image,
        Instant publishedAt,
        Instant updatedAt,
        List<Label> topics,
        @Nullable Label series) {

    /** A topic or a series. */
    record Label(String slug, String name) {}

    record Picture(
            URI url,
            String altText,
            @Nullable Integer width,
            @Nullable Integer height,
            @Nullable String credit) {

        /** In ASCII, as RSS and JSON Feed require it. */
        String address() {
            return url.toASCIIString();
        }

        /** By the name of the file; null if that doesn't tell. */
        @Nullable
        String type() {
            return MediaTypeFactory.getMediaType(url.getPath())
                    .map(type -> type.getType().equals("image") ? type.toString() : null)
                    .orElse(null);
        }
    }
}
