package se.utrop.news;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** An image; {@code width} and {@code height} are in pixels. */
public record Image(
        URI url,
        String altText,
        @Nullable Integer width,
        @Nullable Integer height,
        @Nullable String credit) {}
