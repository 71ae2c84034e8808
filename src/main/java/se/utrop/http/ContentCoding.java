package se.utrop.http;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** How an answer is packed for its way, from the best to none. */
enum ContentCoding {
    ZSTD {
        @Override
        byte[] pack(byte[] content) {
            return Zstd.compress(content, LEVEL);
        }
    },
    GZIP {
        @Override
        byte[] pack(byte[] content) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream(content.length / 3 + 64);
            try (GZIPOutputStream gzip = new Fast(packed)) {
                gzip.write(content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return packed.toByteArray();
        }
    },
    IDENTITY {
        @Override
        byte[] pack(byte[] content) {
            return content;
        }
    };

    /** Below that, packing saves no packet. */
    static final int WORTHWHILE = 1_200;

    private static final int LEVEL = 3;

    private final String token = name().toLowerCase(Locale.ROOT);

    abstract byte[] pack(byte[] content);

    /** As Content-Encoding and Accept-Encoding have it. */
    String token() {
        return token;
    }

    /**
     * The one to use for a client that accepts these.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3">RFC 9110, 12.5.3</a>
     */
    static ContentCoding of(@Nullable String acceptEncoding) {
        if (acceptEncoding == null || acceptEncoding.isEmpty()) {
            return IDENTITY;
        }
        for (ContentCoding coding : values()) {
            if (coding != IDENTITY && accepts(acceptEncoding, coding.token)) {
                return coding;
            }
        }
        return IDENTITY;
    }

    private static boolean accepts(String acceptEncoding, String token) {
        for (String range : acceptEncoding.split(",", -1)) {
            String[] parts = range.strip().split("\\s*;\\s*", -1);
            if (parts[0].equalsIgnoreCase(token)) {
                return parts.length < 2 || !parts[1].toLowerCase(Locale.ROOT).matches("q=0(\\.0{0,3})?");
            }
        }
        return false;
    }

    private static final class Fast extends GZIPOutputStream {

        Fast(ByteArrayOutputStream out) throws IOException {
            super(out, 8192);
            def.setLevel(Deflater.BEST_SPEED + 3);
        }
    }
}
