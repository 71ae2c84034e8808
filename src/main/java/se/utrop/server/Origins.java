package se.utrop.server;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.graphql.autoconfigure.GraphQlCorsProperties;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.server.ServerWebExchange;
import se.utrop.graphql.LogInterval;

/**
 * The origins whose pages may use the API in a browser: the same host, and those in {@code spring.graphql.cors}. The
 * scheme is not compared, because a proxy that terminates TLS hides it from the server.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6454">RFC 6454</a> for origins
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-10.2">RFC 6455, 10.2</a> for those of WebSockets
 */
@Component
@ConditionalOnWebApplication
public class Origins implements CorsConfigurationSource {

    /** The error message for a page of another origin. */
    public static final String REFUSAL = "Pages of this origin may not use the API: the operator allows origins with"
            + " spring.graphql.cors.allowed-origins";

    private static final Logger log = LoggerFactory.getLogger(Origins.class);

    private static final CorsConfiguration SAME_HOST = sameHost();

    private final @Nullable CorsConfiguration configured;

    private final LogInterval interval = new LogInterval();

    Origins(GraphQlCorsProperties cors) {
        this.configured = cors.toCorsConfiguration();
    }

    private static CorsConfiguration sameHost() {
        CorsConfiguration all = new CorsConfiguration();
        all.addAllowedMethod(CorsConfiguration.ALL);
        return all.applyPermitDefaultValues();
    }

    public boolean areConfigured() {
        return configured != null;
    }

    /** Null if the endpoint refuses the request itself, with a reason. */
    @Override
    public @Nullable CorsConfiguration getCorsConfiguration(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        if (isForeign(request) && !CorsUtils.isPreFlightRequest(request)) {
            return null;
        }
        return request.getHeaders().getOrigin() != null && isOfSameHost(request) ? SAME_HOST : configured;
    }

    /** Whether the request comes from a page of an origin that is not allowed. Logs it if so. */
    public boolean refuse(ServerHttpRequest request) {
        boolean refused = isForeign(request);
        if (refused) {
            warn(request);
        }
        return refused;
    }

    private boolean isForeign(ServerHttpRequest request) {
        String origin = request.getHeaders().getOrigin();
        return origin != null
                && !isOfSameHost(request)
                && (configured == null || configured.checkOrigin(origin) == null);
    }

    private static boolean isOfSameHost(ServerHttpRequest request) {
        String origin = request.getHeaders().getOrigin();
        if (origin == null) {
            return true;
        }
        try {
            URI page = URI.create(origin);
            URI target = request.getURI();
            String host = host(page);
            return host != null
                    && host.equalsIgnoreCase(host(target))
                    && (port(page) == port(target) || (isOfDefaultPort(page) && isOfDefaultPort(target)));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** With its port if the name has characters that {@link URI} doesn't know in hosts, such as an underscore. */
    private static @Nullable String host(URI address) {
        return address.getHost() == null ? address.getAuthority() : address.getHost();
    }

    private static boolean isOfDefaultPort(URI address) {
        return address.getPort() < 0 || address.getPort() == defaultPort(address);
    }

    private static int port(URI address) {
        return address.getPort() < 0 ? defaultPort(address) : address.getPort();
    }

    private static int defaultPort(URI address) {
        return "https".equals(address.getScheme()) ? 443 : 80;
    }

    private void warn(ServerHttpRequest request) {
        if (interval.passes()) {
            log.warn(
                    "Refused a page of the origin {} at the host {}: add the origin to"
                            + " spring.graphql.cors.allowed-origins to allow it",
                    shortened(request.getHeaders().getOrigin()),
                    shortened(request.getURI().getHost()));
        }
    }

    /** Limits the length of client input in the log, and keeps it on one line. */
    private static String shortened(@Nullable String text) {
        String line = String.valueOf(text).replaceAll("\\p{Cntrl}", "?");
        return line.length() > 100 ? line.substring(0, 100) + "…" : line;
    }
}
