package se.utrop.embedded;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the embedded PostgreSQL.
 *
 * @param data directory of its files, and of the key that signs tokens
 */
@ConfigurationProperties("utrop")
record EmbeddedDatabaseProperties(@DefaultValue("./data") Path data) {}
