package se.utrop.syndication;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The feeds at /news.atom, /news.rss and /news.json.
 *
 * @param hub the WebSub hub that is told of changes, an absolute address; without it, feeds name no hub
 */
@ConfigurationProperties("utrop.feeds")
record SyndicationProperties(@Nullable URI hub) {

    SyndicationProperties {
        if (hub != null
                && (hub.getHost() == null || !String.valueOf(hub.getScheme()).matches("https?"))) {
            throw new IllegalArgumentException(
                    "utrop.feeds.hub must be an absolute http or https address, but is " + hub);
        }
    }
}
