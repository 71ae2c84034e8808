package se.utrop.search;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How news are found.
 *
 * @param language PostgreSQL's text search configuration for the language of the newsroom; a migration sets it
 * @param halfLife the age at which a news item counts half
 */
@ConfigurationProperties("utrop.search")
record SearchProperties(
        @DefaultValue("swedish") String language,
        @DefaultValue("365d") Duration halfLife) {

    SearchProperties {
        if (!language.matches("[a-z][a-z0-9_]*")) {
            throw new IllegalArgumentException(
                    "utrop.search.language must be a text search configuration such as swedish, but is " + language);
        }
        if (!halfLife.isPositive()) {
            throw new IllegalArgumentException("utrop.search.half-life must be positive, but is " + halfLife);
        }
    }
}
