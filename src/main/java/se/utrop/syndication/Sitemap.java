package se.utrop.syndication;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes sitemaps and their index.
 *
 * @see <a href="https://www.sitemaps.org/protocol.html">Sitemaps</a>
 * @see <a href="https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap">News sitemaps</a>
 */
final class Sitemap {

    /** The part with the news of the last two days. */
    static final String LATEST = "latest";

    /** The part with the pages that list news. */
    static final String LISTS = "lists";

    private static final String NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9";

    private static final String NEWS_NAMESPACE = "http://www.google.com/schemas/sitemap-news/0.9";

    private final XmlText xml = new XmlText();

    private final Publisher publisher;

    private Sitemap(Publisher publisher) {
        this.publisher = publisher;
    }

    static String path(String part) {
        return "/sitemap/" + part + ".xml";
    }

    /** The month of a part's name; null if it is another name. */
    static @Nullable YearMonth month(String part) {
        try {
            YearMonth month = YearMonth.parse(part);
            return month.toString().equals(part) ? month : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** An entry of a sitemap. */
    record Address(String path, @Nullable Instant modified) {}

    /** The news of a sitemap. */
    record Entry(String slug, String title, Instant publishedAt, Instant updatedAt) {}

    static byte[] index(Publisher publisher, List<String> parts) {
        Sitemap index = new Sitemap(publisher);
        index.xml.open("sitemapindex", "xmlns", NAMESPACE);
        parts.forEach(part -> index.xml
                .open("sitemap")
                .element("loc", publisher.address(path(part)))
                .close());
        return index.xml.close().bytes();
    }

    static byte[] of(Publisher publisher, List<Address> addresses) {
        Sitemap sitemap = new Sitemap(publisher);
        sitemap.xml.open("urlset", "xmlns", NAMESPACE);
        addresses.forEach(sitemap::write);
        return sitemap.xml.close().bytes();
    }

    private void write(Address address) {
        xml.open("url")
                .element("loc", publisher.address(address.path()))
                .element("lastmod", address.modified())
                .close();
    }

    static byte[] ofLatest(Publisher publisher, List<Entry> news) {
        Sitemap sitemap = new Sitemap(publisher);
        sitemap.xml.open("urlset", "xmlns", NAMESPACE, "xmlns:news", NEWS_NAMESPACE);
        news.forEach(sitemap::write);
        return sitemap.xml.close().bytes();
    }

    private void write(Entry item) {
        xml.open("url")
                .element("loc", publisher.address("/news/" + item.slug()))
                .element("lastmod", item.updatedAt())
                .open("news:news")
                .open("news:publication")
                .element("news:name", publisher.name())
                .element("news:language", publisher.language())
                .close()
                .element("news:publication_date", item.publishedAt())
                .element("news:title", item.title())
                .close()
                .close();
    }
}
