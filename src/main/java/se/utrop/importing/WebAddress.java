package se.utrop.importing;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Addresses as feeds write them: relative ones are resolved, characters that an address can't hold are encoded, and hosts are
 * written in ASCII.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3986#section-5.2">RFC 3986, relative resolution</a>
 */
final class WebAddress {

    private static final int LONGEST = 2_000;

    /** The parts of RFC 3986, appendix B. */
    private static final Pattern PARTS =
            Pattern.compile("(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(\\?[^#]*)?(#.*)?", Pattern.DOTALL);

    private static final Pattern LINE_BREAKS = Pattern.compile("\\s*[\\t\\r\\n]\\s*");
    private static final Pattern UNSAFE = Pattern.compile("[\\s\\p{Cc}\\x{A0}\"<>\\\\^`{|}]|%(?![0-9A-Fa-f]{2})");
    private static final Pattern BRACKET = Pattern.compile("[\\[\\]]");
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:[^@]*@)?(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]@]+)(:[0-9]*)?", Pattern.DOTALL);
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._~-]+|\\[.*]");
    private static final Set<String> WEB = Set.of("http", "https");

    private WebAddress() {}

    /** An absolute address of the web, or null where the text is none. */
    static @Nullable String of(String text, @Nullable String base) {
        String address = link(text, base);
        return address != null && address.startsWith("http") ? address : null;
    }

    /** What a link of a text may lead to: an address of the web, of mail or of a telephone; null otherwise. */
    static @Nullable String link(String text, @Nullable String base) {
        String cleaned = LINE_BREAKS.matcher(text.strip()).replaceAll("");
        if (cleaned.regionMatches(true, 0, "www.", 0, 4)) {
            cleaned = "https://" + cleaned;
        }
        Matcher parts = PARTS.matcher(cleaned);
        if (cleaned.isEmpty() || !parts.matches()) {
            return null;
        }
        String scheme = lower(parts.group(1));
        return switch (scheme) {
            case "mailto" -> valid("mailto:" + encoded(cleaned.substring(7).strip()));
            case "tel" -> valid("tel:" + encoded(cleaned.substring(4).replaceAll("\\s+", "")));
            case "", "http", "https" -> valid(resolved(scheme, parts, base));
            default -> null;
        };
    }

    private static @Nullable String resolved(String scheme, Matcher parts, @Nullable String base) {
        String rest = text(parts.group(3)) + text(parts.group(4)) + text(parts.group(5));
        String authority = parts.group(2);
        if (authority != null) {
            return address(scheme.isEmpty() ? schemeOf(base) : scheme, authority, rest);
        }
        Matcher of = PARTS.matcher(base == null ? "" : base);
        if (!scheme.isEmpty() || !of.matches() || of.group(2) == null || !WEB.contains(lower(of.group(1)))) {
            return null;
        }
        return address(lower(of.group(1)), of.group(2), relative(parts, of));
    }

    private static String relative(Matcher parts, Matcher base) {
        String path = text(parts.group(3));
        String query = text(parts.group(4));
        if (path.isEmpty()) {
            String queried = query.isEmpty() ? text(base.group(4)) : query;
            return text(base.group(3)) + queried + text(parts.group(5));
        }
        String ofBase = text(base.group(3));
        String whole = path.startsWith("/") ? path : ofBase.substring(0, ofBase.lastIndexOf('/') + 1) + path;
        return withoutDots(whole) + query + text(parts.group(5));
    }

    private static String withoutDots(String path) {
        Deque<String> kept = new ArrayDeque<>();
        String[] segments = path.split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            if (segments[i].equals("..")) {
                if (kept.size() > 1 || (!kept.isEmpty() && !kept.getLast().isEmpty())) {
                    kept.removeLast();
                }
            } else if (!segments[i].equals(".")) {
                kept.addLast(segments[i]);
                continue;
            }
            if (last) {
                kept.addLast("");
            }
        }
        String joined = String.join("/", kept);
        return joined.startsWith("/") ? joined : "/" + joined;
    }

    private static @Nullable String address(String scheme, String authority, String rest) {
        Matcher parts = AUTHORITY.matcher(authority.strip());
        if (!parts.matches()) {
            return null;
        }
        String host = ascii(parts.group(1).strip());
        if (host == null || !HOST.matcher(host).matches()) {
            return null;
        }
        return scheme + "://" + host + text(parts.group(2)) + encodedRest(rest);
    }

    private static @Nullable String ascii(String host) {
        try {
            return host.chars().allMatch(c -> c < 128) ? host : IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String encodedRest(String rest) {
        int fragment = rest.indexOf('#');
        String whole = fragment < 0
                ? rest
                : rest.substring(0, fragment + 1) + rest.substring(fragment + 1).replace("#", "%23");
        int end = whole.indexOf('?') < 0 ? whole.length() : whole.indexOf('?');
        String path = BRACKET.matcher(whole.substring(0, end)).replaceAll(found -> percent(found.group()));
        return encoded(path + whole.substring(end));
    }

    private static String encoded(String text) {
        return UNSAFE.matcher(text).replaceAll(found -> percent(found.group()));
    }

    private static String percent(String character) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : character.equals("\u00A0") ? new byte[] {' '} : character.getBytes(StandardCharsets.UTF_8)) {
            encoded.append("%%%02X".formatted(b));
        }
        return encoded.toString();
    }

    private static @Nullable String valid(@Nullable String address) {
        if (address == null || address.length() > LONGEST) {
            return null;
        }
        try {
            return new URI(address).toString();
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static String schemeOf(@Nullable String base) {
        return base != null && base.startsWith("http:") ? "http" : "https";
    }

    private static String lower(@Nullable String scheme) {
        return text(scheme).toLowerCase(Locale.ROOT);
    }

    private static String text(@Nullable String part) {
        return part == null ? "" : part;
    }
}
