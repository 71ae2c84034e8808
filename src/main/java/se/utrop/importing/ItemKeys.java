package se.utrop.importing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import se.utrop.text.Sha256;

/**
 * Makes the keys by which items of a channel are known. An id that is an absolute URI is unique by itself, any other one within its
 * source. Addresses are compared without their scheme and without parameters that track readers.
 */
final class ItemKeys {

    private static final int LONGEST = 2_000;

    private static final Pattern ABSOLUTE = Pattern.compile("(?i)(?:https?|tag|urn|oid|ni|doi|info|guid):.+");
    private static final Pattern WEB = Pattern.compile("(?i)https?://([^/?#]*)([^?#]*)(?:\\?([^#]*))?(#.*)?");
    private static final Pattern PORT = Pattern.compile(":(?:80|443)?$");

    private static final Pattern TRACKING = Pattern.compile(
            "(?i)(?:utm_\\w+|pk_\\w+|mtm_\\w+|hsa_\\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid"
                + "|li_fat_id|igshid|mc_cid|mc_eid|_hsenc|_hsmi|_ga|_gl|vero_id|oly_enc_id|oly_anon_id|mkt_tok|wt_mc"
                + "|ns_campaign|ns_mchannel|ns_source|xtor|piwik_\\w+|matomo_\\w+)(?:=.*)?");

    private final String format;
    private final String namespace;

    /**
     * For a format, such as {@code rss:}.
     *
     * @param namespace of ids that are not unique by themselves; may be empty
     */
    ItemKeys(String format, String namespace) {
        this.format = format;
        this.namespace = namespace;
    }

    /** The key of an id. */
    String ofId(String id) {
        if (WEB.matcher(id).matches()) {
            return key(plain(id));
        }
        return ABSOLUTE.matcher(id).matches() || format.equals("cap:") ? key(id) : key(local(id));
    }

    /** The key of an address to which only one item belongs. */
    String ofAddress(String url) {
        return key(plain(url));
    }

    /** The key of what an item says, as far as it says it. */
    String ofContent(@Nullable String url, String content) {
        String digest = Sha256.hex(content);
        return key(url == null ? local(digest) : plain(url) + "#" + digest);
    }

    /** What keys of other releases are like. */
    String plainKey(String text) {
        return key(text);
    }

    private String local(String text) {
        return namespace.isEmpty() ? text : "{" + namespace + "}" + text;
    }

    private String key(String text) {
        String key = format + text;
        return key.length() > LONGEST ? format + Sha256.hex(key) : key;
    }

    /** The address without what differs from one fetch to the next. */
    static String plain(String url) {
        var parts = WEB.matcher(url);
        if (!parts.matches()) {
            return url;
        }
        String host = PORT.matcher(parts.group(1).toLowerCase(Locale.ROOT)).replaceFirst("");
        String path = parts.group(2).isEmpty() ? "/" : parts.group(2);
        String query = parts.group(3) == null ? "" : withoutTracking(parts.group(3));
        String fragment = parts.group(4) == null ? "" : withoutTrackingFragment(parts.group(4));
        return "//" + host + path + (query.isEmpty() ? "" : "?" + query) + fragment;
    }

    private static String withoutTracking(String query) {
        List<String> kept = new ArrayList<>();
        for (String parameter : query.split("&(?:amp;)?", -1)) {
            if (!parameter.isEmpty() && !TRACKING.matcher(parameter).matches()) {
                kept.add(parameter);
            }
        }
        return String.join("&", kept);
    }

    private static String withoutTrackingFragment(String fragment) {
        String rest = withoutTracking(fragment.substring(1));
        return rest.isEmpty() ? "" : "#" + rest;
    }

    /** A short name of what a feed says of itself; empty where it says nothing. */
    static String namespace(@Nullable String self, @Nullable String link, String title) {
        String said = self != null
                ? plain(self)
                : Stream.of(link == null ? "" : plain(link), title)
                        .filter(text -> !text.isBlank())
                        .collect(Collectors.joining("\n"));
        return said.isEmpty() ? "" : Sha256.hex(said).substring(0, 20);
    }
}
