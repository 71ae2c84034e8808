package se.utrop.sources;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The headers of an answer that concern caching: validators, freshness, {@code Retry-After} and the server's time. Times of the server are compared with its own clock, which may be wrong.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9111">RFC 9111, HTTP Caching</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-retry-after">RFC 9110, Retry-After</a>
 */
final class CachingHeaders {

    private static final Pattern MAX_AGE = Pattern.compile("(?i)(?:^|[\\s,])max-age\\s*=\\s*\"?(\\d{1,9})");

    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

    private static final int LONGEST_VALIDATOR = 1_000;

    /** For as long, what has changed may change again under the same {@code Last-Modified}. */
    private static final Duration SETTLED = Duration.ofMinutes(1);

    /** A clock that is further ahead could publish what is to wait. */
    private static final Duration MOST_AHEAD = Duration.ofDays(1);

    private CachingHeaders() {}

    static @Nullable String etag(HttpHeaders headers) {
        return validator(headers, HttpHeaderNames.ETAG);
    }

    /**
     * Null where the server may answer 304 to it though the feed has changed since: if it lies in the future, by the clock of
     * the server or of this node, or so shortly before the answer that the feed may change once more in the same second.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-8.8.2.2">RFC 9110, Last-Modified, Comparison</a>
     */
    static @Nullable String lastModified(HttpHeaders headers, Instant now) {
        String value = validator(headers, HttpHeaderNames.LAST_MODIFIED);
        Instant modified = instant(value);
        Instant sent = instant(headers.get(HttpHeaderNames.DATE));
        Instant latest = (sent == null || sent.isAfter(now) ? now : sent).minus(SETTLED);
        return modified != null && modified.isAfter(latest) ? null : value;
    }

    /**
     * The server's time. Null where it states none, or one that is ahead by more than {@link #MOST_AHEAD}. Last-Modified
     * doesn't count: some servers state the time of an item that is to come.
     */
    static @Nullable Instant sent(HttpHeaders headers, Instant now) {
        Instant date = instant(headers.get(HttpHeaderNames.DATE));
        return date == null || date.isAfter(now.plus(MOST_AHEAD)) ? null : date;
    }

    private static @Nullable String validator(HttpHeaders headers, CharSequence name) {
        String value = headers.get(name);
        return value == null || value.isBlank() || value.length() > LONGEST_VALIDATOR ? null : value;
    }

    static Duration freshFor(HttpHeaders headers) {
        String control = String.join(",", headers.getAll(HttpHeaderNames.CACHE_CONTROL));
        Matcher maxAge = MAX_AGE.matcher(control);
        if (control.toLowerCase(Locale.ROOT).matches("(?s).*no-(cache|store).*") || !maxAge.find()) {
            return Duration.ZERO;
        }
        Duration left =
                Duration.ofSeconds(Long.parseLong(maxAge.group(1))).minus(seconds(headers.get(HttpHeaderNames.AGE)));
        return left.isNegative() ? Duration.ZERO : left;
    }

    static Duration retryAfter(HttpHeaders headers, Instant now) {
        String value = headers.get(HttpHeaderNames.RETRY_AFTER);
        Instant moment = instant(value);
        if (moment == null) {
            return seconds(value);
        }
        Instant serverTime = instant(headers.get(HttpHeaderNames.DATE));
        Duration left = Duration.between(serverTime == null ? now : serverTime, moment);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static Duration seconds(@Nullable String value) {
        return value != null && SECONDS.matcher(value.strip()).matches()
                ? Duration.ofSeconds(Long.parseLong(value.strip()))
                : Duration.ZERO;
    }

    private static @Nullable Instant instant(@Nullable String value) {
        try {
            return value == null
                    ? null
                    : ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
