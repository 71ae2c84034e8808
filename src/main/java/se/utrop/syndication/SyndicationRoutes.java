package se.utrop.syndication;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;
import se.utrop.server.Origins;

/** Maps the paths of feeds and sitemaps, with the same origins allowed as for GraphQL. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class SyndicationRoutes {

    private static final int ORDER = -1;

    @Bean
    SimpleUrlHandlerMapping syndication(
            FeedHandler feeds, SitemapHandler sitemaps, RobotsHandler robots, Origins origins) {
        Map<String, WebHandler> handlers = new LinkedHashMap<>();
        for (FeedFormat format : FeedFormat.values()) {
            handlers.put(format.path(), reading(feeds, origins));
        }
        handlers.put(SitemapHandler.INDEX, reading(sitemaps, origins));
        handlers.put(SitemapHandler.PARTS, reading(sitemaps, origins));
        handlers.put(RobotsHandler.PATH, reading(robots, origins));
        SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(handlers, ORDER);
        if (origins.areConfigured()) {
            mapping.setCorsConfigurationSource(origins);
        }
        return mapping;
    }

    private static WebHandler reading(WebHandler handler, Origins origins) {
        return exchange -> handle(exchange, handler, origins);
    }

    private static Mono<Void> handle(ServerWebExchange exchange, WebHandler handler, Origins origins) {
        ServerHttpRequest request = exchange.getRequest();
        if (origins.areConfigured() && origins.refuse(request)) {
            return PlainResponse.forbidden(exchange);
        }
        return request.getMethod().equals(HttpMethod.GET) || request.getMethod().equals(HttpMethod.HEAD)
                ? handler.handle(exchange)
                : PlainResponse.methodNotAllowed(exchange);
    }
}
