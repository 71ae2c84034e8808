package se.utrop.syndication;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.springframework.http.MediaType;

/** The formats of feeds, each at an address of its own. */
enum FeedFormat {
    ATOM("/news.atom", "application/atom+xml"),
    RSS("/news.rss", "application/rss+xml"),
    JSON("/news.json", "application/feed+json");

    private final String path;
    private final String type;

    FeedFormat(String path, String type) {
        this.path = path;
        this.type = type;
    }

    static FeedFormat at(String path) {
        return Arrays.stream(values())
                .filter(format -> format.path.equals(path))
                .findFirst()
                .orElseThrow();
    }

    String path() {
        return path;
    }

    /** Without parameters. */
    String type() {
        return type;
    }

    MediaType mediaType() {
        return this == JSON
                ? MediaType.parseMediaType(type)
                : new MediaType(MediaType.parseMediaType(type), StandardCharsets.UTF_8);
    }

    byte[] write(FeedPage page) {
        return switch (this) {
            case ATOM -> AtomFeed.write(page);
            case RSS -> RssFeed.write(page);
            case JSON -> JsonFeed.write(page);
        };
    }
}
