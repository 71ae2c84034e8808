package se.utrop.syndication;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;
import se.utrop.site.SiteProperties;

/** Knows who publishes the feeds: by the settings of the reader's pages. */
@Component
class Publishers {

    private final SiteProperties site;

    Publishers(SiteProperties site) {
        this.site = site;
    }

    /** The publisher at the address in the settings, or else at the address that the client asked. */
    Publisher of(ServerHttpRequest request) {
        URI url = site.url();
        return at(url == null ? origin(request) : url.toString());
    }

    /** The publisher at the address in the settings; null without one. */
    @Nullable
    Publisher ofSettings() {
        URI url = site.url();
        return url == null ? null : at(url.toString());
    }

    private Publisher at(String origin) {
        return new Publisher(site.name(), site.language().locale().getLanguage(), origin, site.enabled());
    }

    private static String origin(ServerHttpRequest request) {
        return UriComponentsBuilder.fromUri(request.getURI())
                .replacePath(null)
                .replaceQuery(null)
                .fragment(null)
                .userInfo(null)
                .toUriString();
    }
}
