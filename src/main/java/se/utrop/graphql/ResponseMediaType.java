package se.utrop.graphql;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * Negotiates the media type of a response.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1">RFC 9110, 12.5.1</a>
 */
public final class ResponseMediaType {

    private static final List<MediaType> OFFERED =
            List.of(MediaType.APPLICATION_JSON, MediaType.APPLICATION_GRAPHQL_RESPONSE);

    private ResponseMediaType() {}

    /**
     * The JSON media type that the client prefers; null if it accepts none. {@code application/json} if there is no
     * Accept header. If both are equally acceptable, the one whose statuses distinguish failures.
     */
    public static @Nullable MediaType of(HttpHeaders headers) {
        List<MediaType> accept = accept(headers);
        if (accept == null) {
            return null;
        }
        return accept.isEmpty()
                ? MediaType.APPLICATION_JSON
                : OFFERED.stream()
                        .filter(offer -> quality(offer, accept) > 0)
                        .max(Comparator.<MediaType>comparingDouble(offer -> quality(offer, accept))
                                .thenComparing(offer -> isNamed(offer, accept))
                                .thenComparing(offer -> isNamed(offer, accept) && isOfGraphQl(offer)))
                        .orElse(null);
    }

    /** The media type of an error, which is JSON even if the client does not accept it. */
    public static MediaType ofError(HttpHeaders headers) {
        MediaType accepted = of(headers);
        return accepted == null ? MediaType.APPLICATION_JSON : accepted;
    }

    /** Whether the client accepts server-sent events. A wildcard for all types does not suffice. */
    public static boolean isEventStreamAccepted(HttpHeaders headers) {
        List<MediaType> accept = accept(headers);
        return accept != null
                && accept.stream()
                        .anyMatch(range -> !range.isWildcardType() && range.includes(MediaType.TEXT_EVENT_STREAM))
                && quality(MediaType.TEXT_EVENT_STREAM, accept) > 0;
    }

    /** Null if the header can't be parsed. */
    private static @Nullable List<MediaType> accept(HttpHeaders headers) {
        try {
            return headers.getAccept();
        } catch (InvalidMediaTypeException e) {
            return null;
        }
    }

    /** The weight of the most specific range that includes the media type. */
    private static double quality(MediaType offer, List<MediaType> accept) {
        return accept.stream()
                .filter(range -> range.includes(offer))
                .max(Comparator.comparingInt(ResponseMediaType::specificity))
                .map(MediaType::getQualityValue)
                .orElse(0.0);
    }

    private static int specificity(MediaType range) {
        return range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
    }

    private static boolean isNamed(MediaType offer, List<MediaType> accept) {
        return accept.stream().anyMatch(offer::equalsTypeAndSubtype);
    }

    private static boolean isOfGraphQl(MediaType offer) {
        return offer.equals(MediaType.APPLICATION_GRAPHQL_RESPONSE);
    }
}
