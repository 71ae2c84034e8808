package se.utrop.site;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The reader's pages.
 *
 * @param enabled whether the pages and the widget are served
 * @param name the name of the public body
 * @param language the language of the pages: sv or en
 * @param url the address of the pages as readers know it, without a path. Without it, pages name no absolute address
 * @param contact an e-mail address or a web address of the public body
 * @param imageOrigins origins whose images are shown, such as https://images.example.org
 */
@ConfigurationProperties("utrop.site")
public record SiteProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("Utrop") String name,
        @DefaultValue("sv") Language language,
        @Nullable URI url,
        @Nullable String contact,
        @DefaultValue List<URI> imageOrigins) {

    /** The languages that the pages are written in. */
    public enum Language {
        SV,
        EN;

        public Locale locale() {
            return this == SV ? Locale.of("sv", "SE") : Locale.UK;
        }
    }

    public SiteProperties {
        if (name.isBlank()) {
            throw new IllegalArgumentException("utrop.site.name must not be blank");
        }
        if (url != null && !isOrigin(url)) {
            throw new IllegalArgumentException("utrop.site.url must be like https://news.example.org, not " + url);
        }
        if (contact != null && !contact.contains("@") && !isWebAddress(URI.create(contact))) {
            throw new IllegalArgumentException("utrop.site.contact must be an e-mail address or a web address");
        }
        for (URI origin : imageOrigins) {
            if (!isOrigin(origin)) {
                throw new IllegalArgumentException(
                        "utrop.site.image-origins must be like https://images.example.org, not " + origin);
            }
        }
        imageOrigins = List.copyOf(imageOrigins);
    }

    private static boolean isOrigin(URI address) {
        return isWebAddress(address)
                && address.getPath().isEmpty()
                && address.getRawQuery() == null
                && address.getRawUserInfo() == null
                && address.getRawFragment() == null;
    }

    private static boolean isWebAddress(URI address) {
        return address.getHost() != null && List.of("http", "https").contains(address.getScheme());
    }
}
