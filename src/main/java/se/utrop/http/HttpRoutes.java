package se.utrop.http;

import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.graphql.autoconfigure.GraphQlProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import se.utrop.server.Origins;

/** Maps the path of {@link GraphQlEndpoint}, and configures CORS for it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class HttpRoutes {

    /** Precedes Spring's own endpoint. */
    private static final int ORDER = -1;

    @Bean
    SimpleUrlHandlerMapping graphQlOverHttp(GraphQlEndpoint endpoint, GraphQlProperties graphQl, Origins origins) {
        SimpleUrlHandlerMapping mapping =
                new SimpleUrlHandlerMapping(Map.of(graphQl.getHttp().getPath(), endpoint), ORDER);
        if (origins.areConfigured()) {
            mapping.setCorsConfigurationSource(origins);
        }
        return mapping;
    }
}
