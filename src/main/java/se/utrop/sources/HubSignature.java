package se.utrop.sources;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * The signature of a body: {@code sha256=…}. SHA-1, which hubs may use too, doesn't count.
 *
 * @see <a href="https://www.w3.org/TR/websub/#signing-content">WebSub, Authenticated Content Distribution</a>
 */
final class HubSignature {

    private static final Map<String, String> ALGORITHMS =
            Map.of("sha256", "HmacSHA256", "sha384", "HmacSHA384", "sha512", "HmacSHA512");

    private final Mac mac;

    private final byte[] expected;

    private long size;

    private HubSignature(Mac mac, byte[] expected) {
        this.mac = mac;
        this.expected = expected;
    }

    /** To be checked; null where the header states none that counts. */
    static @Nullable HubSignature of(@Nullable String header, String secret) {
        int end = header == null ? -1 : header.indexOf('=');
        String algorithm = header == null || end < 0
                ? null
                : ALGORITHMS.get(header.substring(0, end).strip().toLowerCase(Locale.ROOT));
        if (header == null || algorithm == null) {
            return null;
        }
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
            return new HubSignature(
                    mac, HexFormat.of().parseHex(header.substring(end + 1).strip()));
        } catch (IllegalArgumentException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + algorithm, e);
        }
    }

    /** Takes and releases a part of the body. */
    HubSignature update(DataBuffer part) {
        try (DataBuffer.ByteBufferIterator buffers = part.readableByteBuffers()) {
            size += part.readableByteCount();
            buffers.forEachRemaining(mac::update);
        } finally {
            DataBufferUtils.release(part);
        }
        return this;
    }

    /** Of the parts so far, in bytes. */
    long size() {
        return size;
    }

    boolean isValid() {
        return MessageDigest.isEqual(mac.doFinal(), expected);
    }
}
