package se.utrop.federation;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether the schema is a subgraph of Apollo Federation.
 *
 * @param enabled adds keys, {@code _service} and {@code _entities} to the schema
 */
@ConfigurationProperties("utrop.federation")
record FederationProperties(@DefaultValue("false") boolean enabled) {}
