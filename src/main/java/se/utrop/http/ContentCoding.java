package se.utrop.http;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The content codings, from the most preferred one to none. */
public enum ContentCoding {
    ZSTD {
        @Override
        public byte[] encode(byte[] content) {
            return Zstd.compress(content, LEVEL);
        }
    },
    GZIP {
        @Override
        public byte[] encode(byte[] content) {
            ByteArrayOutputStream compressed = new ByteArrayOutputStream(content.length / 3 + 64);
            try (GZIPOutputStream gzip = new FastGzip(compressed)) {
                gzip.write(content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return compressed.toByteArray();
        }
    },
    IDENTITY {
        @Override
        public byte[] encode(byte[] content) {
            return content;
        }
    };

    /** The smallest size, in bytes, that is compressed. A smaller body fits into one packet anyway. */
    public static final int WORTHWHILE = 1_200;

    private static final int LEVEL = 3;

    private static final Logger log = LoggerFactory.getLogger(ContentCoding.class);

    /** The codings that work on this machine. */
    private static final Set<ContentCoding> USABLE = usable();

    private final String token = name().toLowerCase(Locale.ROOT);

    public abstract byte[] encode(byte[] content);

    /** Zstandard needs a native library, which is unpacked into the temporary directory and loaded from there. */
    private static Set<ContentCoding> usable() {
        try {
            ZSTD.encode(new byte[WORTHWHILE]);
            return EnumSet.allOf(ContentCoding.class);
        } catch (Throwable failure) {
            log.warn(
                    "Answers are compressed with gzip only, because the library of zstd can't be loaded: set"
                            + " java.io.tmpdir or ZstdTempFolder to a directory where files can be written and executed"
                            + " ({})",
                    failure.toString());
            return EnumSet.complementOf(EnumSet.of(ZSTD));
        }
    }

    /** Detects the usable codings and logs them. Otherwise the first use would do so. */
    static void prepare() {
        log.debug("Content codings: {}", USABLE);
    }

    /** The name in Content-Encoding and Accept-Encoding. */
    public String token() {
        return token;
    }

    /**
     * Chooses the coding for a client by its Accept-Encoding. Zstandard is used only if the client gives it a weight or
     * lists it after gzip, as browsers do: older releases of Node.js list it first but can't decode it.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3">RFC 9110, 12.5.3</a>
     */
    public static ContentCoding of(@Nullable String acceptEncoding) {
        if (acceptEncoding == null || acceptEncoding.isEmpty()) {
            return IDENTITY;
        }
        boolean zstd = false;
        boolean gzip = false;
        for (String range : acceptEncoding.split(",", -1)) {
            String[] parts = range.strip().split("\\s*;\\s*", -1);
            boolean accepted =
                    parts.length < 2 || !parts[1].toLowerCase(Locale.ROOT).matches("q=0(\\.0{0,3})?");
            if (parts[0].equalsIgnoreCase(GZIP.token)) {
                gzip = accepted;
            } else if (parts[0].equalsIgnoreCase(ZSTD.token)) {
                zstd = accepted && (gzip || parts.length > 1);
            }
        }
        return zstd && USABLE.contains(ZSTD) ? ZSTD : gzip ? GZIP : IDENTITY;
    }

    private static final class FastGzip extends GZIPOutputStream {

        FastGzip(ByteArrayOutputStream out) throws IOException {
            super(out, 8192);
            def.setLevel(Deflater.BEST_SPEED + 3);
        }
    }
}
