package se.utrop.server;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of TCP connections, the proxies that are trusted, and the access log.
 *
 * @param perAddress connections of one address; those of trusted proxies are not counted
 * @param head time from the start of a connection until the headers of its first request are complete
 * @param body time until a request's body is complete
 * @param idle time between a response and the headers of the next request
 * @param stalled time for which a client may take no data of a response
 * @param trustedProxies networks of proxies, such as 10.0.0.0/8, whose forwarding headers are trusted
 * @param forwarded the headers in which these proxies name their clients; they must set them, not pass them on
 * @param accessLog whether each request is logged, with the address of its client
 */
@ConfigurationProperties("utrop.server")
record ServerLimits(
        @DefaultValue("4000") int perAddress,
        @DefaultValue("10s") Duration head,
        @DefaultValue("20s") Duration body,
        @DefaultValue("75s") Duration idle,
        @DefaultValue("30s") Duration stalled,
        @DefaultValue List<String> trustedProxies,
        @DefaultValue("x-forwarded") Forwarding forwarded,
        @DefaultValue("false") boolean accessLog) {

    ServerLimits {
        if (perAddress < 1 || !head.isPositive() || !body.isPositive() || !idle.isPositive() || !stalled.isPositive()) {
            throw new IllegalArgumentException(
                    "utrop.server.per-address, .head, .body, .idle and .stalled must be positive");
        }
        trustedProxies = List.copyOf(trustedProxies);
    }

    /** The headers that a proxy uses. */
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
