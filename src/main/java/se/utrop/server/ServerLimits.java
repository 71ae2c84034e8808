package se.utrop.server;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The limits of connections, and the proxies that are trusted to name their clients.
 *
 * @param perAddress connections of one address; those of trusted proxies don't count
 * @param head time until the headers of a connection's first request are complete
 * @param body time until a request's body is complete
 * @param idle time between an answer and the complete headers of the next request
 * @param stalled time after which a client that takes nothing of an answer is disconnected
 * @param trustedProxies networks of trusted proxies, such as 10.0.0.0/8; their {@code forwarded} headers are believed
 * @param forwarded headers by which trusted proxies name their clients; a proxy must set them, not pass them on
 */
@ConfigurationProperties("utrop.server")
record ServerLimits(
        @DefaultValue("4000") int perAddress,
        @DefaultValue("10s") Duration head,
        @DefaultValue("20s") Duration body,
        @DefaultValue("75s") Duration idle,
        @DefaultValue("30s") Duration stalled,
        @DefaultValue List<String> trustedProxies,
        @DefaultValue("x-forwarded") Forwarding forwarded) {

    ServerLimits {
        if (perAddress < 1 || !head.isPositive() || !body.isPositive() || !idle.isPositive() || !stalled.isPositive()) {
            throw new IllegalArgumentException(
                    "utrop.server.per-address, .head, .body, .idle and .stalled must be positive");
        }
        trustedProxies = List.copyOf(trustedProxies);
    }

    /** The headers by which a proxy names its clients. */
    enum Forwarding {
        /** X-Forwarded-For and X-Forwarded-Proto. */
        X_FORWARDED,
        /** RFC 7239. */
        FORWARDED
    }

    List<IpSubnetFilterRule> trusted() {
        return trustedProxies.stream().map(ServerLimits::network).toList();
    }

    private static IpSubnetFilterRule network(String text) {
        String[] parts = text.split("/", -1);
        try {
            int bits = parts.length > 1 ? Integer.parseInt(parts[1]) : text.contains(":") ? 128 : 32;
            return new IpSubnetFilterRule(parts[0], bits, IpFilterRuleType.ACCEPT);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "utrop.server.trusted-proxies: '%s' is not a network such as 10.0.0.0/8".formatted(text), e);
        }
    }
}
