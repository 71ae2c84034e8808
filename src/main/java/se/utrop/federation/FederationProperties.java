package se.utrop.federation;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of Apollo Federation.
 *
 * @param enabled whether the schema is a subgraph of Apollo Federation, with keys, {@code _service} and {@code _entities}
 */
@ConfigurationProperties("utrop.federation")
record FederationProperties(@DefaultValue("false") boolean enabled) {}
