package se.utrop.polling;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import se.utrop.access.Credentials;
import se.utrop.feed.Feed;
import se.utrop.feed.FeedMetrics;
import se.utrop.graphql.Documents;
import se.utrop.graphql.PersistedDocuments;
import se.utrop.server.Origins;
import se.utrop.transport.Sockets;
import tools.jackson.databind.json.JsonMapper;

/** Maps the path of {@link FeedEndpoint}, and sets the clock by which its requests wait. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class PollingConfiguration {

    private static final int ORDER = -1;

    @Bean
    FeedPages feedPages(Feed feed, PollingProperties properties, MeterRegistry meters) {
        return new FeedPages(feed, new Buckets(properties.hold(), Clock.systemUTC()), meters);
    }

    @Bean
    FeedEndpoint feedEndpoint(
            FeedQueries queries,
            FeedPages pages,
            FeedPageWriter writer,
            PersistedDocuments persisted,
            Documents documents,
            Sockets sockets,
            FeedMetrics metrics,
            JsonMapper json,
            MeterRegistry meters) {
        return new FeedEndpoint(queries, pages, writer, persisted, documents, sockets, metrics, json, meters);
    }

    @Bean
    SimpleUrlHandlerMapping feedOverHttp(FeedEndpoint endpoint, Origins origins) {
        SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(Map.of(FeedAddress.PATH, endpoint), ORDER);
        if (origins.areConfigured()) {
            mapping.setCorsConfigurationSource(exchange -> cors(exchange, origins));
        }
        return mapping;
    }

    /** Null for a request that a cache may answer: its headers are the same for all origins. */
    private static @Nullable CorsConfiguration cors(ServerWebExchange exchange, Origins origins) {
        return CorsUtils.isPreFlightRequest(exchange.getRequest())
                        || Credentials.arePresent(exchange.getRequest().getHeaders())
                ? origins.getCorsConfiguration(exchange)
                : null;
    }
}
