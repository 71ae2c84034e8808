package se.utrop.server;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.ConnectionInfo;
import se.utrop.server.ServerLimits.Forwarding;

/**
 * Determines the client behind a chain of proxies: the last address that a trusted proxy has seen. Earlier entries of
 * the headers can be forged.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7239">RFC 7239</a> for Forwarded
 */
final class ForwardedClient {

    private static final Pattern PARAMETER =
            Pattern.compile("(?i)(for|proto)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^;,\\s\"]*))");

    private static final Pattern ADDRESS = Pattern.compile("\\[([^\\]]+)\\](?::\\S*)?|([^:]+)(?::\\S*)?|(.*)");

    private final List<IpSubnetFilterRule> trusted;

    private final Forwarding forwarding;

    ForwardedClient(ServerLimits limits) {
        this.trusted = limits.trusted();
        this.forwarding = limits.forwarded();
    }

    boolean isTrusted(@Nullable InetSocketAddress address) {
        return address != null && trusted.stream().anyMatch(network -> network.matches(address));
    }

    /** The connection as the outermost trusted proxy saw it. */
    ConnectionInfo resolve(ConnectionInfo connection, HttpRequest request) {
        if (!isTrusted(connection.getRemoteAddress())) {
            return connection;
        }
        ConnectionInfo seen = connection;
        for (Hop hop : hops(request.headers()).reversed()) {
            InetSocketAddress client = hop.address();
            if (hop.scheme() != null) {
                seen = seen.withScheme(hop.scheme());
            }
            if (client == null) {
                return seen;
            }
            seen = seen.withRemoteAddress(client);
            if (!isTrusted(client)) {
                return seen;
            }
        }
        return seen;
    }

    /** What one proxy states about its own client. */
    private record Hop(
            @Nullable InetSocketAddress address, @Nullable String scheme) {}

    private List<Hop> hops(HttpHeaders headers) {
        if (forwarding == Forwarding.FORWARDED) {
            return entries(headers, "Forwarded").map(ForwardedClient::hop).toList();
        }
        String scheme = entries(headers, "X-Forwarded-Proto")
                .reduce((first, second) -> second)
                .orElse(null);
        return entries(headers, "X-Forwarded-For")
                .map(address -> new Hop(address(address), scheme(scheme)))
                .toList();
    }

    private static Stream<String> entries(HttpHeaders headers, String name) {
        return headers.getAll(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip);
    }

    private static Hop hop(String element) {
        InetSocketAddress address = null;
        String scheme = null;
        Matcher parameter = PARAMETER.matcher(element);
        while (parameter.find()) {
            String value = parameter.group(2) == null ? parameter.group(3) : parameter.group(2);
            if (parameter.group(1).equalsIgnoreCase("for")) {
                address = address(value);
            } else {
                scheme = scheme(value);
            }
        }
        return new Hop(address, scheme);
    }

    private static @Nullable String scheme(@Nullable String value) {
        String scheme = value == null ? "" : value.toLowerCase(Locale.ROOT);
        return scheme.equals("http") || scheme.equals("https") ? scheme : null;
    }

    /** Null if the text is not an address, or is obfuscated. */
    private static @Nullable InetSocketAddress address(String text) {
        InetAddress bare = NetUtil.createInetAddressFromIpAddressString(text);
        if (bare != null) {
            return new InetSocketAddress(bare, 0);
        }
        Matcher matcher = ADDRESS.matcher(text);
        if (!matcher.matches() || matcher.group(3) != null) {
            return null;
        }
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(
                matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        return address == null ? null : new InetSocketAddress(address, 0);
    }
}
