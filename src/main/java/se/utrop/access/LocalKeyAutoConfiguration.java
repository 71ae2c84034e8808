package se.utrop.access;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.reactive.ReactiveOAuth2ResourceServerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import se.utrop.embedded.EmbeddedDatabase;

/** Tokens of a local key, for a newsroom on the embedded database without an issuer. */
@AutoConfiguration(
        after = ReactiveOAuth2ResourceServerAutoConfiguration.class,
        afterName = "se.utrop.embedded.EmbeddedDatabaseAutoConfiguration")
@ConditionalOnWebApplication
class LocalKeyAutoConfiguration {

    @Bean
    @ConditionalOnBean(EmbeddedDatabase.class)
    @ConditionalOnMissingBean
    ReactiveJwtDecoder localTokens(EmbeddedDatabase database) {
        return LocalKey.in(database.directory()).decoder();
    }
}
