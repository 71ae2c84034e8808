package se.utrop.paging;

import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PagingConfiguration {

    /** The key is in the database, so that all nodes accept each other's cursors, also after a restart. */
    @Bean
    @DependsOnDatabaseInitialization
    Cursors cursors(SecretRepository secrets) {
        return secrets.find("cursor")
                .map(Cursors::new)
                .blockOptional()
                .orElseThrow(() -> new IllegalStateException("table secret has no row 'cursor'"));
    }
}
