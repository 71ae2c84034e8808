package se.utrop.embedded;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The embedded database.
 *
 * @param data the directory that keeps its files
 */
@ConfigurationProperties("utrop")
record EmbeddedDatabaseProperties(@DefaultValue("./data") Path data) {}
