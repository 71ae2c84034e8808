package se.utrop.polling;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;

/**
 * The bytes of an event stream.
 *
 * @param fresh how long a cache may keep it
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
record FeedStream(Duration fresh, Flux<byte[]> events) {

    /** The position that everything comes after. */
    static byte[] position(String cursor) {
        return bytes("event: position\nid: %s\ndata: {\"cursor\":\"%s\"}\n\n".formatted(cursor, cursor));
    }

    /** The events of a page, each with its cursor for an id. */
    static byte[] events(FeedReader read) {
        StringBuilder lines = new StringBuilder();
        List<byte[]> texts = read.texts();
        for (int i = 0; i < texts.size(); i++) {
            lines.append("event: next\nid: ")
                    .append(read.messages().get(i).cursor())
                    .append("\ndata: ")
                    .append(new String(texts.get(i), StandardCharsets.UTF_8))
                    .append("\n\n");
        }
        return bytes(lines.toString());
    }

    /** The address of the stream that follows. */
    static byte[] end(FeedAddress next) {
        return bytes("event: end\ndata: {\"next\":\"%s\"}\n\n".formatted(next.text()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
