package se.utrop.importing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The limits of documents that the command {@code import} fetches from the web.
 *
 * @param maxSize how large a document may be
 * @param timeout how long it may take to fetch it
 */
@ConfigurationProperties("utrop.import")
record ImportProperties(
        @DefaultValue("100MB") DataSize maxSize,
        @DefaultValue("1m") Duration timeout) {

    ImportProperties {
        if (maxSize.toBytes() < 1 || !timeout.isPositive()) {
            throw new IllegalArgumentException("utrop.import.max-size and .timeout must be positive");
        }
    }
}
