package se.utrop.syndication;

import static se.utrop.syndication.FeedFormat.RSS;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import se.utrop.syndication.NewsItem.Label;
import se.utrop.syndication.NewsItem.Picture;

/**
 * Writes RSS. Many readers show only the full text, so it begins with the teaser.
 *
 * @see <a href="https://www.rssboard.org/rss-specification">RSS 2.0</a>
 * @see <a href="https://www.rssboard.org/rss-profile">RSS Best Practices Profile</a>
 */
final class RssFeed {

    private static final DateTimeFormatter DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    /** What the profile advises for a file of unknown length. */
    private static final String UNKNOWN_LENGTH = "0";

    private final XmlText xml = new XmlText();

    private final FeedPage page;

    private RssFeed(FeedPage page) {
        this.page = page;
    }

    static byte[] write(FeedPage page) {
        return new RssFeed(page).write();
    }

    private byte[] write() {
        xml.open(
                        "rss",
                        "version",
                        "2.0",
                        "xmlns:atom",
                        "http://www.w3.org/2005/Atom",
                        "xmlns:content",
                        "http://purl.org/rss/1.0/modules/content/",
                        "xmlns:media",
                        MediaRss.NAMESPACE)
                .open("channel");
        writeHead();
        page.news().nodes().forEach(this::write);
        return xml.close().close().bytes();
    }

    private void writeHead() {
        String home = page.home();
        xml.element("title", page.title())
                .element("link", home == null ? page.publisher().address("/") : home)
                .element("description", page.title())
                .element("language", page.publisher().language())
                .element("lastBuildDate", date(page.updated()))
                .element("generator", "Utrop")
                .element("docs", "https://www.rssboard.org/rss-specification");
        link("self", page.address(RSS));
        link("hub", page.hub() == null ? null : page.hub().toString());
        if (!page.request().isFirstPage()) {
            link("first", page.firstAddress(RSS));
        }
        link("previous", page.previousAddress(RSS));
        link("next", page.nextAddress(RSS));
    }

    private void link(String relation, @Nullable String address) {
        if (address != null) {
            xml.empty(
                    "atom:link", "rel", relation, "type", relation.equals("hub") ? null : RSS.type(), "href", address);
        }
    }

    private void write(NewsItem item) {
        xml.open("item")
                .element("title", item.title())
                .element("link", page.publisher().address(item))
                .element("guid", page.id(item), "isPermaLink", "false")
                .element("pubDate", date(item.publishedAt()))
                .element("atom:updated", XmlText.time(item.updatedAt()))
                .element("description", HtmlContent.ofText(item.summary()));
        if (item.bodyHtml() != null) {
            xml.element("content:encoded", page.fullText(item));
        }
        item.topics().forEach(this::write);
        if (item.image() != null) {
            write(item.image());
        }
        xml.close();
    }

    private void write(Label topic) {
        xml.element("category", topic.name(), "domain", page.publisher().address("/topics/"));
    }

    /** An enclosure must state its media type. */
    private void write(Picture image) {
        MediaRss.write(xml, image);
        if (image.type() != null) {
            xml.empty("enclosure", "url", image.address(), "length", UNKNOWN_LENGTH, "type", image.type());
        }
    }

    private static String date(Instant instant) {
        return DATE.format(instant);
    }
}
