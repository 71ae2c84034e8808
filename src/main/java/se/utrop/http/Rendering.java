package se.utrop.http;

import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;

/** A page or a feed as it is sent. */
public final class Rendering {

    private final HttpStatusCode status;
    private final MediaType mediaType;
    private final Map<String, String> headers;
    private final byte[] content;
    private final Function<Instant, byte[]> stale;
    private final boolean validated;

    private Rendering(
            HttpStatusCode status,
            MediaType mediaType,
            Map<String, String> headers,
            byte[] content,
            Function<Instant, byte[]> stale,
            boolean validated) {
        this.status = status;
        this.mediaType = mediaType;
        this.headers = Map.copyOf(headers);
        this.content = content;
        this.stale = stale;
        this.validated = validated;
    }

    /**
     * Creates a response without further headers.
     *
     * @param content must not be modified afterwards
     */
    public static Rendering of(HttpStatusCode status, MediaType mediaType, byte[] content) {
        return new Rendering(status, mediaType, Map.of(), content, since -> content, false);
    }

    /** Returns a copy with further headers, like Link. */
    public Rendering withHeaders(Map<String, String> further) {
        return new Rendering(status, mediaType, further, content, stale, validated);
    }

    /**
     * Returns a copy whose content states since when it may be outdated, while it may be. Without this, only the header says so.
     *
     * @param marked makes the content for this instant
     */
    public Rendering whenStale(Function<Instant, byte[]> marked) {
        return new Rendering(status, mediaType, headers, content, marked, validated);
    }

    /** Returns a copy that no cache may use without asking the server whether it still holds. */
    public Rendering validatedOnEachUse() {
        return new Rendering(status, mediaType, headers, content, stale, true);
    }

    boolean isValidatedOnEachUse() {
        return validated;
    }

    HttpStatusCode status() {
        return status;
    }

    MediaType mediaType() {
        return mediaType;
    }

    Map<String, String> headers() {
        return headers;
    }

    byte[] content() {
        return content;
    }

    byte[] staleSince(Instant since) {
        return stale.apply(since);
    }
}
