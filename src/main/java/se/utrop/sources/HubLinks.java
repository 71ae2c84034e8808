package se.utrop.sources;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a feed's changes are announced, and the name of the feed there.
 *
 * @see <a href="https://www.w3.org/TR/websub/#discovery">WebSub, Discovery</a>
 */
record HubLinks(@Nullable URI hub, @Nullable URI self) {

    static final HubLinks NONE = new HubLinks(null, null);

    /** A link of RFC 8288: its target, and its parameters. */
    private static final Pattern LINK = Pattern.compile("<([^>]*)>((?:\\s*;[^,<]*)*)");

    private static final Pattern REL = Pattern.compile("(?i);\\s*rel\\s*=\\s*\"?([^\";]*)");

    /** Of the header {@code Link}. */
    static HubLinks ofHeaders(List<String> headers, URI base) {
        HubLinks links = NONE;
        for (String header : headers) {
            for (MatchResult link : LINK.matcher(header).results().toList()) {
                links = links.plus(relations(link.group(2)), link.group(1), base);
            }
        }
        return links;
    }

    private static String relations(String parameters) {
        return REL.matcher(parameters)
                .results()
                .map(rel -> rel.group(1))
                .findFirst()
                .orElse("");
    }

    /** The first link of each kind counts. */
    HubLinks plus(String relations, String target, URI base) {
        List<String> kinds =
                Arrays.asList(relations.toLowerCase(Locale.ROOT).strip().split("\\s+"));
        return or(new HubLinks(
                kinds.contains("hub") ? address(target, base) : null,
                kinds.contains("self") ? address(target, base) : null));
    }

    /** What is missing here is taken from there. */
    HubLinks or(HubLinks other) {
        return new HubLinks(hub == null ? other.hub : hub, self == null ? other.self : self);
    }

    private static @Nullable URI address(String target, URI base) {
        try {
            URI address = base.resolve(target.strip());
            return SourceSettings.isWebAddress(address) ? address : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
