package se.utrop.http;

import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.graphql.autoconfigure.GraphQlCorsProperties;
import org.springframework.boot.graphql.autoconfigure.GraphQlProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;

/** Where {@link GraphQlEndpoint} is, and from which origins a browser may ask it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class HttpRoutes {

    /** In front of Spring's own endpoint. */
    private static final int ORDER = -1;

    @Bean
    SimpleUrlHandlerMapping graphQlOverHttp(
            GraphQlEndpoint endpoint, GraphQlProperties graphQl, GraphQlCorsProperties cors) {
        String path = graphQl.getHttp().getPath();
        SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(Map.of(path, endpoint), ORDER);
        CorsConfiguration origins = cors.toCorsConfiguration();
        if (origins != null) {
            mapping.setCorsConfigurations(Map.of(path, origins));
        }
        return mapping;
    }
}
