package se.utrop.polling;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import se.utrop.feed.Message;
import se.utrop.http.ContentCoding;

/** An answer: events, their last cursor and the next address. All requests that were coalesced share its bytes. */
final class FeedPage {

    private final List<Message> messages;
    private final String cursor;
    private final FeedAddress next;
    private final boolean atEnd;
    private final boolean current;
    private final byte[] json;

    private final Map<ContentCoding, byte[]> encoded = new ConcurrentHashMap<>(2);

    /**
     * @param cursor up to which the answer has every event that was asked for
     * @param current whether the node hears of changes, so that a cache may keep the events
     */
    FeedPage(FeedReader read, String cursor, FeedAddress next, boolean current) {
        this.messages = List.copyOf(read.messages());
        this.cursor = cursor;
        this.next = next;
        this.atEnd = read.isAtEnd();
        this.current = current;
        this.json = json(read.texts(), cursor, next.text());
    }

    /** Neither a cursor nor an encoded address has characters that JSON escapes. */
    private static byte[] json(List<byte[]> events, String cursor, String next) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(
                events.stream().mapToInt(event -> event.length + 1).sum() + next.length() + 128);
        json.writeBytes(bytes("{\"events\":["));
        for (int i = 0; i < events.size(); i++) {
            json.writeBytes(bytes(i == 0 ? "" : ","));
            json.writeBytes(events.get(i));
        }
        json.writeBytes(bytes("],\"cursor\":\"" + cursor + "\",\"next\":\"" + next + "\"}"));
        return json.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    boolean hasEvents() {
        return !messages.isEmpty();
    }

    List<Message> messages() {
        return messages;
    }

    String cursor() {
        return cursor;
    }

    FeedAddress next() {
        return next;
    }

    /** Whether there was no further event when it was made. */
    boolean isAtEnd() {
        return atEnd;
    }

    boolean isCurrent() {
        return current;
    }

    /** The coding to use for a client that accepts this one. */
    ContentCoding coding(ContentCoding accepted) {
        return json.length < ContentCoding.WORTHWHILE ? ContentCoding.IDENTITY : accepted;
    }

    /** The body; not to be changed. */
    byte[] body(ContentCoding coding) {
        return encoded.computeIfAbsent(coding, wanted -> wanted.encode(json));
    }
}
