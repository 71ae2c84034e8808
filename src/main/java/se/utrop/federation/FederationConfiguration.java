package se.utrop.federation;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.graphql.autoconfigure.GraphQlSourceBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.graphql.data.federation.FederationSchemaFactory;
import se.utrop.graphql.Limits;

/** Makes the schema a {@link Subgraph} if {@code utrop.federation.enabled} is set. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("utrop.federation.enabled")
class FederationConfiguration {

    @Bean
    FederationSchemaFactory federationSchemaFactory() {
        return new FederationSchemaFactory();
    }

    @Bean
    GraphQlSourceBuilderCustomizer federationCustomizer(FederationSchemaFactory factory, Limits limits) {
        Subgraph subgraph = new Subgraph(factory, limits);
        return source -> source.schemaResources(new ClassPathResource("federation/federation.graphqls"))
                .schemaFactory(subgraph::schema);
    }
}
