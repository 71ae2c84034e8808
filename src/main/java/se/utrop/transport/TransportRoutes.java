package se.utrop.transport;

import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.graphql.autoconfigure.GraphQlProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.server.ServerWebExchange;

/** Routes WebSocket handshakes at the GraphQL path to {@link WebSocketEndpoint}. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class TransportRoutes {

    /** Precedes the HTTP endpoint. */
    private static final int ORDER = -2;

    @Bean
    SimpleUrlHandlerMapping webSockets(WebSocketEndpoint endpoint, GraphQlProperties graphQl) {
        SimpleUrlHandlerMapping mapping =
                new SimpleUrlHandlerMapping(Map.of(graphQl.getHttp().getPath(), endpoint), ORDER);
        mapping.setHandlerPredicate((handler, exchange) -> upgrades(exchange));
        return mapping;
    }

    private static boolean upgrades(ServerWebExchange exchange) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        return exchange.getRequest().getMethod().equals(HttpMethod.GET)
                && "websocket".equalsIgnoreCase(headers.getUpgrade());
    }
}
