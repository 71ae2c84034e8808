package se.utrop.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer of the feed over HTTP. Its bytes are read once for all clients that get the same.
 *
 * @param next the address that follows
 */
record FeedAnswer(List<Event> events, String cursor, String next) {

    private static final JsonMapper JSON = new JsonMapper();

    /** Of one thread. Older answers don't come again. */
    private static final Map<ByteBuffer, FeedAnswer> KNOWN = new HashMap<>();

    private static final int KEPT = 1_000;

    /** An event; without a number if it isn't one of those that are measured. */
    record Event(int number, String cursor, String previousCursor) {}

    static FeedAnswer of(byte[] body, boolean compressed) throws IOException {
        FeedAnswer known = KNOWN.get(ByteBuffer.wrap(body));
        if (known != null) {
            return known;
        }
        if (KNOWN.size() == KEPT) {
            KNOWN.clear();
        }
        FeedAnswer answer = read(compressed ? expanded(body) : body);
        KNOWN.put(ByteBuffer.wrap(body), answer);
        return answer;
    }

    /** The first address of a client that has this cursor, or none. */
    static String first(String cursor) {
        return "/feed?query="
                + URLEncoder.encode(Subscriber.DOCUMENT, StandardCharsets.UTF_8).replace("+", "%20")
                + (cursor == null ? "" : "&after=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8));
    }

    static byte[] request(String address) {
        return ("GET " + address
                        + " HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] expanded(byte[] body) throws IOException {
        try (GZIPInputStream input = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return input.readAllBytes();
        }
    }

    private static FeedAnswer read(byte[] text) {
        JsonNode answer = JSON.readTree(text);
        String next = answer.get("next").asString();
        URI address = URI.create(next);
        String path = address.getRawPath() + "?" + address.getRawQuery();
        return new FeedAnswer(
                answer.get("events").valueStream().map(FeedAnswer::event).toList(),
                answer.get("cursor").asString(),
                path);
    }

    private static Event event(JsonNode result) {
        JsonNode event = result.at("/data/newsFeed");
        String slug = event.at("/news/slug").asString("");
        return new Event(
                slug.startsWith(Database.SLUG) ? Integer.parseInt(slug.substring(Database.SLUG.length())) : -1,
                event.get("cursor").asString(),
                event.get("previousCursor").asString());
    }
}
