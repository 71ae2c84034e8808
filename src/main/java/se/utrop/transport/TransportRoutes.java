package se.utrop.transport;

import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.graphql.autoconfigure.GraphQlCorsProperties;
import org.springframework.boot.graphql.autoconfigure.GraphQlProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/** Which requests to the GraphQL endpoint want a long-lived connection, and from which origins a browser may ask. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class TransportRoutes {

    /** In front of the endpoint for single answers. */
    private static final int ORDER = -2;

    @Bean
    SimpleUrlHandlerMapping webSockets(
            WebSocketEndpoint endpoint, GraphQlProperties graphQl, GraphQlCorsProperties cors) {
        return mapping(endpoint, graphQl, cors, TransportRoutes::upgrades);
    }

    @Bean
    SimpleUrlHandlerMapping eventStreams(
            EventStreamEndpoint endpoint, GraphQlProperties graphQl, GraphQlCorsProperties cors) {
        return mapping(endpoint, graphQl, cors, TransportRoutes::acceptsEvents);
    }

    private static SimpleUrlHandlerMapping mapping(
            WebHandler endpoint,
            GraphQlProperties graphQl,
            GraphQlCorsProperties cors,
            java.util.function.Predicate<ServerWebExchange> wanted) {
        String path = graphQl.getHttp().getPath();
        SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(Map.of(path, endpoint), ORDER);
        mapping.setHandlerPredicate((handler, exchange) -> wanted.test(exchange));
        mapping.setCorsConfigurations(Map.of(path, origins(cors)));
        return mapping;
    }

    /** Without a setting, none but the server's own. */
    private static CorsConfiguration origins(GraphQlCorsProperties cors) {
        CorsConfiguration configured = cors.toCorsConfiguration();
        return configured == null ? new CorsConfiguration() : configured;
    }

    private static boolean upgrades(ServerWebExchange exchange) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        return exchange.getRequest().getMethod().equals(HttpMethod.GET)
                && "websocket".equalsIgnoreCase(headers.getUpgrade());
    }

    private static boolean acceptsEvents(ServerWebExchange exchange) {
        HttpMethod method = exchange.getRequest().getMethod();
        return (method.equals(HttpMethod.GET) || method.equals(HttpMethod.POST))
                && accepted(exchange.getRequest().getHeaders()).stream()
                        .anyMatch(MediaType.TEXT_EVENT_STREAM::equalsTypeAndSubtype);
    }

    /** Nothing where the header makes no sense: that is for the endpoint for single answers to say. */
    private static List<MediaType> accepted(HttpHeaders headers) {
        try {
            return headers.getAccept();
        } catch (InvalidMediaTypeException e) {
            return List.of();
        }
    }
}
