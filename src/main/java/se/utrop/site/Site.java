package se.utrop.site;

import java.net.URI;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import se.utrop.http.StoredQuery;
import se.utrop.news.NewsroomProperties;

/** What all pages share: the name of the site, its texts, its static files and its policy. */
@Component
class Site {

    private final SiteProperties properties;

    private final Texts texts;

    private final Assets assets = new Assets();

    private final String follow = StoredQuery.read("site/Follow");

    Site(SiteProperties properties, NewsroomProperties newsroom) {
        this.properties = properties;
        this.texts = new Texts(properties.language().locale(), newsroom.zone());
    }

    String name() {
        return properties.name();
    }

    @Nullable
    String contact() {
        return properties.contact();
    }

    /** The address of the contact, for a link. */
    String contactAddress() {
        String contact = properties.contact();
        return contact == null || contact.startsWith("http") ? String.valueOf(contact) : "mailto:" + contact;
    }

    Texts texts() {
        return texts;
    }

    Assets assets() {
        return assets;
    }

    /** The subscription of a live page. */
    String follow() {
        return follow;
    }

    /** The absolute form of an address if the site knows its own, or else the address itself. */
    String absolute(String address) {
        return properties.url() == null ? address : properties.url() + address;
    }

    boolean hasUrl() {
        return properties.url() != null;
    }

    /** Whether the policy of the pages permits the image. */
    boolean shows(URI image) {
        return properties.imageOrigins().stream()
                .anyMatch(origin -> image.toString().startsWith(origin + "/"));
    }

    /** The Content-Security-Policy of the pages: no inline script or style, and nothing of other origins but images. */
    String policy() {
        String images =
                properties.imageOrigins().stream().map(origin -> " " + origin).collect(Collectors.joining());
        return String.join(
                "; ",
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "img-src 'self'" + images,
                "connect-src 'self'",
                "form-action 'self'",
                "base-uri 'none'",
                "frame-ancestors 'none'");
    }
}
