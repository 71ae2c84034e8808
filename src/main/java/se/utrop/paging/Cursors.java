package se.utrop.paging;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Problem;

/**
 * Encodes and decodes cursors: a version, a position, and a message authentication code (HMAC-SHA256, truncated to 64
 * bits) over both and over the description of the list. So a truncated or forged cursor, or one of another list, is
 * rejected. Clients must treat cursors as opaque.
 */
public final class Cursors {

    /** The description of the event feed, whose positions are an event's time and number. */
    public static final String FEED = "feed";

    private static final byte VERSION = 1;

    private static final int BODY = 1 + 8 + 8;

    private static final int SEAL = 8;

    private final Mac mac;

    Cursors(byte[] key) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Encodes a position in the list with this description. */
    public String write(String list, Position position) {
        ByteBuffer cursor = ByteBuffer.allocate(BODY + SEAL)
                .put(VERSION)
                .putLong(position.micros())
                .putLong(position.key());
        cursor.put(seal(list, cursor.array()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor.array());
    }

    /**
     * Decodes a cursor of the list with this description.
     *
     * @throws Problem CURSOR_INVALID if it is not one
     */
    public Position read(String list, String argument, String cursor) {
        byte[] bytes = decode(argument, cursor);
        if (bytes.length != BODY + SEAL || bytes[0] != VERSION || !sealed(list, bytes)) {
            throw invalid(argument);
        }
        ByteBuffer body = ByteBuffer.wrap(bytes, 1, BODY - 1);
        return new Position(body.getLong(), body.getLong());
    }

    private boolean sealed(String list, byte[] bytes) {
        byte[] seal = Arrays.copyOfRange(bytes, BODY, BODY + SEAL);
        return MessageDigest.isEqual(seal, seal(list, bytes));
    }

    private byte[] seal(String list, byte[] bytes) {
        try {
            Mac own = (Mac) mac.clone();
            own.update(bytes, 0, BODY);
            return Arrays.copyOf(own.doFinal(list.getBytes(StandardCharsets.UTF_8)), SEAL);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] decode(String argument, String cursor) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(cursor)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // rejected below, like any other invalid cursor
        }
        throw invalid(argument);
    }

    private static Problem invalid(String argument) {
        return new Problem(
                ErrorCode.CURSOR_INVALID,
                argument + " is not a cursor of this list with this filter and order: start again without it");
    }
}
