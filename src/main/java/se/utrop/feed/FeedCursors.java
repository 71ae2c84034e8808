package se.utrop.feed;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Problem;
import se.utrop.paging.Cursors;
import se.utrop.paging.Position;

/** The feed's cursors, and the text that stands for one which isn't known yet: as long, and nobody's. */
@Component
class FeedCursors {

    /** The extension of an error that has a cursor from which the subscription can go on. */
    static final String EXTENSION = "feedCursor";

    /** What is said of a cursor that the log doesn't hold. */
    static final String LOST =
            "after is a cursor of a feed that this newsroom doesn't have any more: read the news, and"
                    + " begin again from their feedCursor";

    private final Cursors cursors;

    private final String unknown;

    private final byte[] unknownBytes;

    FeedCursors(Cursors cursors) {
        this.cursors = cursors;
        byte[] random = Base64.getUrlDecoder().decode(write(Position.START));
        new SecureRandom().nextBytes(random);
        this.unknown = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        this.unknownBytes = unknown.getBytes(StandardCharsets.US_ASCII);
    }

    String write(Position position) {
        return cursors.write(Cursors.FEED, position);
    }

    /**
     * The position of a cursor that was handed to this argument.
     *
     * @throws Problem CURSOR_INVALID where it is none of the feed's
     */
    Position read(String argument, String cursor) {
        return cursors.read(Cursors.FEED, argument, cursor);
    }

    /** CURSOR_INVALID, with the cursor of a position from which the client can go on. */
    Problem invalid(@Nullable String message, @Nullable Position now) {
        return new Problem(
                ErrorCode.CURSOR_INVALID,
                String.valueOf(message),
                now == null ? Map.of() : Map.of(EXTENSION, write(now)));
    }

    String unknown() {
        return unknown;
    }

    /** Where the unknown cursor stands in a text. */
    int[] holes(byte[] text) {
        int length = unknownBytes.length;
        return IntStream.rangeClosed(0, text.length - length)
                .filter(i -> text[i] == unknownBytes[0] && Arrays.equals(text, i, i + length, unknownBytes, 0, length))
                .toArray();
    }
}
