package se.utrop.graphiql;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The GraphiQL page.
 *
 * @param enabled whether /graphiql is served
 */
@ConfigurationProperties("utrop.graphiql")
record GraphiqlProperties(@DefaultValue("true") boolean enabled) {}
