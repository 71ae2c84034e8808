package se.utrop.server;

import java.util.HexFormat;

/**
 * Percent-encodes the characters of a request target that clients send raw: browsers send {@code | ^ `} and braces in a
 * query, axios sends brackets. Decoding it later yields what the client sent.
 *
 * @see <a href="https://url.spec.whatwg.org/#query-state">URL Standard</a>, whose parser accepts such characters
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3986#appendix-A">RFC 3986</a> for the characters that need no
 * encoding
 */
final class RequestTarget {

    private static final String PUNCTUATION = "-._~!$&'()*+,;=:@/?%";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private RequestTarget() {}

    /** The target as RFC 3986 requires it. Malformed percent-encoding stays as it is. */
    static String encoded(String target) {
        int from = pathStart(target);
        int raw = from;
        while (raw < target.length() && isPlain(target.charAt(raw))) {
            raw++;
        }
        return raw == target.length() ? target : encoded(target, from);
    }

    private static String encoded(String target, int from) {
        StringBuilder encoded = new StringBuilder(target.length() + 32).append(target, 0, from);
        boolean inFragment = false;
        for (int i = from; i < target.length(); i++) {
            char character = target.charAt(i);
            if (isPlain(character) || (character == '#' && !inFragment)) {
                encoded.append(character);
                inFragment |= character == '#';
            } else {
                // Netty decodes each byte to the character with the same number
                HEX.toHexDigits(encoded.append('%'), (byte) character);
            }
        }
        return encoded.toString();
    }

    /** Whether a percent sign is not followed by two hexadecimal digits. */
    static boolean isBroken(String target) {
        for (int i = target.indexOf('%'); i >= 0; i = target.indexOf('%', i + 1)) {
            if (i + 2 >= target.length()
                    || !HexFormat.isHexDigit(target.charAt(i + 1))
                    || !HexFormat.isHexDigit(target.charAt(i + 2))) {
                return true;
            }
        }
        return false;
    }

    /** The start of the path, which follows the authority if a proxy sent the absolute form. */
    private static int pathStart(String target) {
        int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
        int start = scheme < 0 ? 0 : scheme + 3;
        while (scheme >= 0 && start < target.length() && "/?#".indexOf(target.charAt(start)) < 0) {
            start++;
        }
        return start;
    }

    private static boolean isPlain(char character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || PUNCTUATION.indexOf(character) >= 0;
    }
}
