package se.utrop.graphql;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id of a persisted document: the SHA-256 of its text in hexadecimal, with or without the prefix {@code sha256:},
 * or a custom document identifier of the client's tool.
 *
 * @param value a SHA-256 in lower case without prefix, or a custom identifier as it is
 * @see <a href="https://github.com/graphql/graphql-over-http/pull/264">GraphQL over HTTP, Appendix A, persisted
 * documents</a>
 */
record DocumentId(String value) {

    static final String SHA256 = "sha256:";

    private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-fA-F]+");

    /** The hash algorithms that tools use, by the length of their hexadecimal form. */
    private static final Map<Integer, String> ALGORITHMS = Map.of(32, "MD5", 40, "SHA-1", 64, "SHA-256");

    static DocumentId of(String written) {
        String plain = written.startsWith(SHA256) ? written.substring(SHA256.length()) : written;
        return new DocumentId(isSha256(plain) ? plain.toLowerCase(Locale.ROOT) : written);
    }

    boolean isSha256() {
        return isSha256(value);
    }

    private static boolean isSha256(String text) {
        return "SHA-256".equals(algorithm(text));
    }

    private static @Nullable String algorithm(String text) {
        return HEXADECIMAL.matcher(text).matches() ? ALGORITHMS.get(text.length()) : null;
    }

    /** Whether the prefix is one that the appendix reserves for other kinds of ids. */
    boolean hasOtherPrefix() {
        return value.indexOf(':') >= 0 && !value.startsWith(SHA256);
    }

    /** The algorithm that the id's form suggests; null if it is no hash. */
    @Nullable
    String claim() {
        return value.startsWith(SHA256) ? "SHA-256" : algorithm(value);
    }

    /** Whether the id is the hash of the text by that algorithm. */
    boolean holds(String text) {
        String claim = claim();
        return claim == null || digest(claim, text).equals(value.toLowerCase(Locale.ROOT));
    }

    private static String digest(String algorithm, String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has " + algorithm, e);
        }
    }
}
