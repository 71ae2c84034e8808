package se.utrop.syndication;

import static se.utrop.syndication.FeedFormat.ATOM;

import org.jspecify.annotations.Nullable;
import se.utrop.syndication.NewsItem.Label;
import se.utrop.syndication.NewsItem.Picture;

/**
 * Writes Atom, with the summary and the full text apart, as the import reads them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4287">RFC 4287, Atom</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5005">RFC 5005, paged feeds</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6721">RFC 6721, tombstones</a>
 */
final class AtomFeed {

    private final XmlText xml = new XmlText();

    private final FeedPage page;

    private AtomFeed(FeedPage page) {
        this.page = page;
    }

    static byte[] write(FeedPage page) {
        return new AtomFeed(page).write();
    }

    private byte[] write() {
        xml.open(
                "feed",
                "xmlns",
                "http://www.w3.org/2005/Atom",
                "xmlns:at",
                "http://purl.org/atompub/tombstones/1.0",
                "xmlns:media",
                MediaRss.NAMESPACE,
                "xml:lang",
                page.publisher().language());
        writeHead();
        page.tombstones().forEach(this::write);
        page.news().nodes().forEach(this::write);
        return xml.close().bytes();
    }

    private void writeHead() {
        xml.element("id", page.id())
                .element("title", page.title())
                .element("updated", XmlText.time(page.updated()))
                .open("author")
                .element("name", page.publisher().name())
                .element("uri", page.publisher().page("/"))
                .close()
                .element("generator", "Utrop");
        link("self", ATOM.type(), page.address(ATOM));
        link("alternate", "text/html", page.home());
        link("alternate", FeedFormat.RSS.type(), page.firstAddress(FeedFormat.RSS));
        link("alternate", FeedFormat.JSON.type(), page.firstAddress(FeedFormat.JSON));
        link("hub", null, page.hub() == null ? null : page.hub().toString());
        writePaging();
    }

    private void writePaging() {
        if (!page.request().isFirstPage()) {
            link("first", ATOM.type(), page.firstAddress(ATOM));
            link("current", ATOM.type(), page.firstAddress(ATOM));
        }
        link("previous", ATOM.type(), page.previousAddress(ATOM));
        link("next", ATOM.type(), page.nextAddress(ATOM));
    }

    private void link(String relation, @Nullable String type, @Nullable String address) {
        if (address != null) {
            xml.empty("link", "rel", relation, "type", type, "href", address);
        }
    }

    private void write(Tombstone tombstone) {
        xml.open(
                        "at:deleted-entry",
                        "ref",
                        page.ids().of(tombstone.id()),
                        "when",
                        XmlText.time(tombstone.retractedAt()))
                .element("at:comment", tombstone.reason())
                .close();
    }

    private void write(NewsItem item) {
        xml.open("entry")
                .element("id", page.id(item))
                .element("title", item.title())
                .element("published", XmlText.time(item.publishedAt()))
                .element("updated", XmlText.time(item.updatedAt()));
        link("alternate", "text/html", page.publisher().address(item));
        item.topics().forEach(this::write);
        if (item.series() != null) {
            writeSeries(item.series());
        }
        if (item.image() != null) {
            write(item.image());
        }
        writeTexts(item);
        xml.close();
    }

    private void write(Label topic) {
        xml.empty(
                "category",
                "term",
                topic.slug(),
                "scheme",
                page.publisher().address("/topics/"),
                "label",
                topic.name());
    }

    /** As the collection that the entry is a member of (RFC 6573). A category would be a topic to those who import it. */
    private void writeSeries(Label series) {
        String address = page.publisher().page("/series/" + series.slug());
        if (address != null) {
            xml.empty("link", "rel", "collection", "type", "text/html", "href", address, "title", series.name());
        }
    }

    private void write(Picture image) {
        MediaRss.write(xml, image);
        xml.empty(
                "link",
                "rel",
                "enclosure",
                "type",
                image.type(),
                "href",
                image.address(),
                "title",
                image.altText().isEmpty() ? null : image.altText());
    }

    /** Without a link to follow, an entry must have a content. */
    private void writeTexts(NewsItem item) {
        String summary = item.summary();
        String address = page.publisher().address(item);
        boolean rich = HtmlContent.hasParagraphs(summary);
        xml.element("summary", rich ? HtmlContent.ofText(summary) : summary, "type", rich ? "html" : "text");
        if (item.bodyHtml() != null) {
            xml.element("content", HtmlContent.absolute(item.bodyHtml(), address), "type", "html");
        } else if (address == null) {
            xml.element("content", HtmlContent.ofText(summary), "type", "html");
        }
    }
}
