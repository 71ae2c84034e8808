package se.utrop.importing;

import java.io.Reader;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import se.utrop.importing.FeedItem.DateRank;

/**
 * Reads feeds in XML: RSS of each version with its modules, WordPress exports, Atom, CAP and news sitemaps.
 *
 * @see <a href="https://www.rssboard.org/rss-specification">RSS 2.0</a>
 * @see <a href="https://web.resource.org/rss/1.0/spec">RSS 1.0</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4287">RFC 4287, Atom</a>
 * @see <a href="https://www.rssboard.org/media-rss">Media RSS</a>
 */
final class FeedReader extends ItemReader {

    private static final Set<String> ATOM = Set.of("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#");

    private static final XMLInputFactory FACTORY = factory();

    private final XMLStreamReader xml;
    private final Form form;
    private final String namespace;
    private final long rootLine;
    private final @Nullable String rootBase;
    private @Nullable String base;
    private int depth = 1;
    private boolean inChannel;
    private boolean atRoot;
    private boolean hasNews;

    private enum Form {
        RSS("rss:", "item"),
        ATOM("atom:", "entry"),
        SITEMAP("sitemap:", "url"),
        CAP("cap:", "alert");

        private final String keyPrefix;
        private final String item;

        Form(String keyPrefix, String item) {
            this.keyPrefix = keyPrefix;
            this.item = item;
        }
    }

    private FeedReader(Reader input, XMLStreamReader xml, Form form, Arrival arrival, Faults faults) {
        super(input, new Channel(form.keyPrefix, arrival), faults);
        this.xml = xml;
        this.form = form;
        this.namespace = namespace();
        this.rootLine = line();
        this.rootBase = base(null);
        this.base = rootBase;
        this.inChannel = form != Form.RSS;
        this.atRoot = name().equals(form.item);
    }

    /** Reads up to the root element, which decides how the rest is read. */
    static FeedReader of(Reader input, Arrival arrival, Faults faults) {
        XMLStreamReader xml = open(new XmlRepair(input));
        while (next(xml) != XMLStreamConstants.START_ELEMENT) {
            // comments and processing instructions
        }
        return new FeedReader(input, xml, form(xml), arrival, faults);
    }

    private static Form form(XMLStreamReader xml) {
        String root = xml.getLocalName();
        return switch (root.toLowerCase(Locale.ROOT)) {
            case "rss", "rdf" -> Form.RSS;
            case "feed", "entry" -> Form.ATOM;
            case "urlset" -> Form.SITEMAP;
            case "alert" -> Form.CAP;
            default ->
                throw new ImportRefused(
                        line(xml), "the root element is <%s>: %s. %s".formatted(root, kind(root), SourceFormat.TAKEN));
        };
    }

    private static String kind(String root) {
        return switch (root.toLowerCase(Locale.ROOT)) {
            case "html", "head", "body" -> "this is a web page, not a feed; the page may name one";
            case "sitemapindex" -> "this is an index of sitemaps; import the sitemaps that it names";
            case "opml" -> "this is a list of feeds (OPML); import the feeds that it names";
            case "svg" -> "this is a drawing";
            case "kml", "gpx" -> "this is a map";
            case "urlset" -> "this is a sitemap";
            case "newsml", "nitf", "newsitem", "newsmessage" -> "this is NewsML or NITF";
            default -> "this is XML, but neither RSS, Atom nor a listing";
        };
    }

    @Override
    @Nullable
    FeedItem next() {
        if (atRoot) {
            atRoot = false;
            depth = 0;
            return readItem();
        }
        while (depth > 0) {
            int event = next(xml);
            if (event == XMLStreamConstants.END_ELEMENT || event == XMLStreamConstants.END_DOCUMENT) {
                depth--;
            } else if (event == XMLStreamConstants.START_ELEMENT) {
                if (isItem()) {
                    inChannel = true;
                    return readItem();
                }
                enterOrRead();
            }
        }
        requireNews();
        return null;
    }

    private void requireNews() {
        if (!inChannel) {
            throw new ImportRefused(rootLine, "<rss> without a <channel>");
        }
        if (form == Form.SITEMAP && !hasNews) {
            throw new ImportRefused(
                    rootLine,
                    "this is a sitemap without news: none of its addresses has a title. " + SourceFormat.TAKEN);
        }
    }

    private boolean isItem() {
        return vocabulary().isEmpty() && name().equalsIgnoreCase(form.item);
    }

    private void enterOrRead() {
        if (form == Form.RSS && depth == 1 && name().equals("channel")) {
            inChannel = true;
            depth++;
            base = base(rootBase);
        } else {
            readChannel();
        }
    }

    private void readChannel() {
        switch (vocabulary() + name()) {
            case "pubDate", "lastBuildDate", "dc:date", "updated", "modified", "atom:updated" ->
                channel().date(text(null));
            case "link" -> readChannelLink();
            case "atom:link" -> readSelf();
            case "id" -> channel().id(text(null));
            case "title" -> channel().title(text(null));
            case "at:deleted-entry" -> readTombstone();
            case "wp:base_blog_url", "wp:base_site_url" -> channel().link(text(null), base);
            default -> skip();
        }
    }

    private void readChannelLink() {
        String address = attribute("href");
        String relation = attribute("rel");
        boolean page = Set.of("", "alternate").contains(relation);
        String own = base(base);
        String text = text(null);
        if (page) {
            channel().link(address.isEmpty() ? text : address, own);
        } else if (relation.equals("self")) {
            channel().id(address);
        }
    }

    private void readSelf() {
        if (attribute("rel").equals("self")) {
            channel().id(attribute("href"));
        }
        skip();
    }

    private void readTombstone() {
        long line = line();
        String reference = attribute("ref");
        FeedDate when = FeedDate.parse(attribute("when"), channel().arrival().zone());
        String reason = "";
        while (nextChild()) {
            if (name().equals("comment")) {
                RichText.Type type = type();
                Markup comment = markup(null, type);
                reason = new RichText(comment.hasElements() ? RichText.Type.HTML : type, comment.toString()).plain();
            } else {
                skip();
            }
        }
        if (!reference.isBlank()) {
            add(Tombstone.of(
                    line,
                    reference,
                    when == null ? null : when.instant(),
                    reason,
                    channel().keys()));
        }
    }

    private FeedItem readItem() {
        String itemBase = base(base);
        FeedItem item = new FeedItem(channel(), line(), itemBase);
        if (form == Form.CAP) {
            new CapAlert(this).read(item);
            return item;
        }
        String about = attribute("about");
        if (!about.isEmpty()) {
            item.id(about);
        }
        WordPress wordPress = new WordPress();
        while (nextChild()) {
            readChild(item, wordPress, itemBase);
        }
        wordPress.complete(item);
        if (form == Form.SITEMAP && !item.hasTitle()) {
            item.passOver("address without news");
        } else {
            hasNews = true;
        }
        return item;
    }

    private void readChild(FeedItem item, WordPress wordPress, @Nullable String itemBase) {
        String name = vocabulary() + name();
        switch (name) {
            case "title" -> readTitle(item);
            case "link", "atom:link" -> readLink(item);
            case "guid" -> readGuid(item);
            case "id" -> item.id(text(item));
            case "description", "summary", "content" -> readText(item, itemBase);
            case "content:encoded", "xhtml:body", "xhtml:div" -> readContent(item, itemBase);
            case "category" -> readCategory(item);
            case "enclosure" -> readEnclosure(item);
            case "image", "image:image" -> readImage(item);
            case "loc" -> item.link(0, text(item));
            case "news:news" -> readNews(item);
            default -> {
                if (name.startsWith("media:") || name.equals("itunes:image")) {
                    new MediaRss(this, item).read();
                } else if (name.startsWith("wp:") || name.startsWith("excerpt:")) {
                    wordPress.read(name, text(item));
                } else {
                    readCommon(name, item);
                }
            }
        }
    }

    private void readCommon(String name, FeedItem item) {
        switch (name) {
            case "pubDate", "pubdate", "published", "issued", "news:publication_date" ->
                item.date(DateRank.PUBLISHED, text(item));
            case "dc:date", "created", "dcterms:created", "dcterms:issued", "dcterms:date", "atom:published" ->
                item.date(DateRank.CREATED, text(item));
            case "updated", "modified", "dcterms:modified", "lastmod", "atom:updated" ->
                item.date(DateRank.UPDATED, text(item));
            case "dc:subject", "dcterms:subject" -> topics(item, text(item), ";");
            case "news:keywords" -> topics(item, text(item), "[,;]");
            case "news:title" -> item.title(RichText.Type.LINE, text(item));
            case "dc:title" -> readIfMissing(item.hasTitle(), item, text -> item.title(RichText.Type.LINE, text));
            case "dc:description", "itunes:summary" ->
                readIfMissing(item.hasSummary(), item, text -> item.summary(RichText.Type.HTML, text, null));
            default -> skip();
        }
    }

    private void readIfMissing(boolean present, FeedItem item, Consumer<String> reader) {
        String text = text(item);
        if (!present && !text.isBlank()) {
            reader.accept(text);
        }
    }

    static void topics(FeedItem item, String text, String separator) {
        Stream.of(text.split(separator)).forEach(item::topic);
    }

    private void readTitle(FeedItem item) {
        if (form == Form.ATOM) {
            RichText.Type type = type();
            Markup title = markup(item, type);
            item.title(title.hasElements() ? RichText.Type.HTML : type, title.toString());
        } else {
            item.title(RichText.Type.LINE, text(item));
        }
    }

    private void readText(FeedItem item, @Nullable String itemBase) {
        boolean content = name().equals("content");
        String ownBase = base(itemBase);
        RichText.Type type = form == Form.ATOM ? type() : RichText.Type.HTML;
        String source = attribute("src");
        if (!source.isEmpty()) {
            item.link(20, source);
        }
        Markup text = markup(item, type);
        RichText.Type found = text.hasElements() && type == RichText.Type.TEXT ? RichText.Type.HTML : type;
        if (!content) {
            item.summary(found, text.toString(), ownBase);
        } else if (!item.hasContent() || found != RichText.Type.OTHER) {
            item.content(found, text.toString(), ownBase);
        }
    }

    private void readContent(FeedItem item, @Nullable String itemBase) {
        String ownBase = base(itemBase);
        boolean encoded = name().equals("encoded");
        String text = text(item);
        if (encoded || !item.hasContent()) {
            item.content(RichText.Type.HTML, text, ownBase);
        }
    }

    private void readGuid(FeedItem item) {
        boolean link = !"false".equalsIgnoreCase(attribute("isPermaLink"));
        String guid = text(item);
        item.id(guid);
        if (link && guid.strip().regionMatches(true, 0, "http", 0, 4)) {
            item.link(10, guid);
        }
    }

    private void readLink(FeedItem item) {
        String relation = attribute("rel");
        String address = attribute("href");
        String type = attribute("type");
        int rank = alternateRank(type, attribute("hreflang"));
        String title = attribute("title");
        String text = text(item);
        if (relation.equals("enclosure")) {
            readPicture(item, address, type, title);
        } else if (relation.isEmpty() || relation.equals("alternate")) {
            item.link(rank, address.isEmpty() ? text : address);
        }
    }

    /** A page before a file, and the newsroom's language before another. */
    private int alternateRank(String type, String language) {
        boolean page = type.isBlank() || type.toLowerCase(Locale.ROOT).contains("html");
        int foreign = language.isBlank() ? 1 : channel().arrival().speaks(language) ? 0 : 2;
        return (page ? 0 : 3) + foreign;
    }

    private void readCategory(FeedItem item) {
        String label = attribute("label").isBlank() ? attribute("term") : attribute("label");
        String domain = attribute("domain");
        String text = text(item);
        String topic = label.isBlank() ? text : label;
        if (WordPress.isTopic(domain, topic)) {
            item.topic(topic);
        }
    }

    private void readEnclosure(FeedItem item) {
        String address = attribute("url").isEmpty() ? attribute("href") : attribute("url");
        readPicture(item, address, attribute("type"), attribute("title"));
        skip();
    }

    private static void readPicture(FeedItem item, String address, String type, String title) {
        if (Picture.isPicture(type, address)) {
            item.picture(Picture.of(Picture.Rank.MEDIA, address).described(title.isBlank() ? null : title, null, null));
        }
    }

    private void readImage(FeedItem item) {
        String address = Stream.of(attribute("url"), attribute("href"), attribute("resource"))
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse("");
        String caption = null;
        Markup loose = new Markup(name(), false);
        while (loose.isOpen()) {
            switch (next(xml)) {
                case XMLStreamConstants.START_ELEMENT -> {
                    switch (name()) {
                        case "url", "loc" -> address = text(item);
                        case "title", "caption" -> caption = text(item);
                        default -> skip();
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> loose.end(name());
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> loose.characters(xml.getText());
                default -> {}
            }
        }
        String found = address.isBlank() ? loose.toString() : address;
        item.picture(Picture.of(Picture.Rank.MEDIA, found).described(caption, null, null));
    }

    private void readNews(FeedItem item) {
        while (nextChild()) {
            readCommon(vocabulary() + name(), item);
        }
    }

    private RichText.Type type() {
        String mode = attribute("mode");
        if (!attribute("src").isEmpty() || mode.equals("base64")) {
            return RichText.Type.OTHER;
        }
        return RichText.Type.of(attribute("type"));
    }

    /** What a name belongs to, as a prefix; nothing for the feed's own. */
    String vocabulary() {
        String uri = namespace();
        if (uri.equals(namespace)) {
            return "";
        }
        return switch (uri.replaceFirst("^https:", "http:").replaceFirst("/+$", "")) {
            case "",
                    "http://purl.org/rss/1.0",
                    "http://my.netscape.com/rdf/simple/0.9",
                    "http://channel.netscape.com/rdf/simple/0.9",
                    "http://backend.userland.com/rss",
                    "http://backend.userland.com/rss2",
                    "http://blogs.law.harvard.edu/tech/rss",
                    "http://www.sitemaps.org/schemas/sitemap/0.9" -> "";
            case "http://purl.org/dc/elements/1.1", "http://purl.org/dc/elements/1.0" -> "dc:";
            case "http://purl.org/dc/terms" -> "dcterms:";
            case "http://purl.org/rss/1.0/modules/content" -> "content:";
            case "http://search.yahoo.com/mrss", "http://video.search.yahoo.com/mrss" -> "media:";
            case "http://www.w3.org/1999/xhtml" -> "xhtml:";
            case "http://www.itunes.com/dtds/podcast-1.0.dtd" -> "itunes:";
            case "http://www.google.com/schemas/sitemap-news/0.9" -> "news:";
            case "http://www.google.com/schemas/sitemap-image/1.1" -> "image:";
            case "http://purl.org/atompub/tombstones/1.0" -> "at:";
            default -> otherVocabulary(uri);
        };
    }

    private String otherVocabulary(String uri) {
        if (ATOM.contains(uri)) {
            return form == Form.ATOM ? "" : "atom:";
        }
        if (uri.startsWith("http://wordpress.org/export/")) {
            return uri.contains("excerpt") ? "excerpt:" : "wp:";
        }
        return "other:";
    }

    /** Whether there is another child of the element at hand; if there isn't, the element has been read. */
    boolean nextChild() {
        while (true) {
            int event = next(xml);
            if (event == XMLStreamConstants.START_ELEMENT) {
                return true;
            }
            if (event == XMLStreamConstants.END_ELEMENT) {
                return false;
            }
        }
    }

    void skip() {
        for (int open = 1; open > 0; ) {
            int event = next(xml);
            open += event == XMLStreamConstants.START_ELEMENT ? 1 : event == XMLStreamConstants.END_ELEMENT ? -1 : 0;
        }
    }

    /** The text of the element at hand; where it has elements of its own, they become HTML. */
    String text(@Nullable FeedItem item) {
        return markup(item, RichText.Type.HTML).toString();
    }

    private Markup markup(@Nullable FeedItem item, RichText.Type type) {
        String mode = attribute("mode");
        boolean inline = type != RichText.Type.MARKDOWN
                && (attribute("type").toLowerCase(Locale.ROOT).contains("xhtml") && !mode.equals("escaped"));
        Markup markup = new Markup(name(), inline);
        while (markup.isOpen()) {
            int event = next(xml);
            switch (event) {
                case XMLStreamConstants.START_ELEMENT -> markup.start(xml);
                case XMLStreamConstants.END_ELEMENT -> markup.end(name());
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
                    markup.characters(xml.getText());
                default -> {}
            }
        }
        String fault = markup.fault();
        if (fault != null && item != null) {
            item.refuse(fault);
        }
        return markup;
    }

    String attribute(String name) {
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            if (xml.getAttributeLocalName(i).equals(name)
                    && !XMLConstants.XML_NS_URI.equals(xml.getAttributeNamespace(i))) {
                return xml.getAttributeValue(i).strip();
            }
        }
        return "";
    }

    /** The base of the element at hand within that of its parent. */
    private @Nullable String base(@Nullable String outer) {
        String stated = xml.getAttributeValue(XMLConstants.XML_NS_URI, "base");
        String resolved = stated == null
                ? null
                : WebAddress.of(stated, outer == null ? channel().link() : outer);
        return resolved == null ? outer : resolved;
    }

    String name() {
        return xml.getLocalName();
    }

    private String namespace() {
        String uri = xml.getNamespaceURI();
        return uri == null ? "" : uri;
    }

    long line() {
        return line(xml);
    }

    private static long line(XMLStreamReader xml) {
        return xml.getLocation().getLineNumber();
    }

    private static int next(XMLStreamReader xml) {
        try {
            return xml.next();
        } catch (XMLStreamException e) {
            throw malformed(e);
        }
    }

    private static XMLStreamReader open(Reader xml) {
        try {
            return FACTORY.createXMLStreamReader(xml);
        } catch (XMLStreamException e) {
            throw malformed(e);
        }
    }

    private static ImportRefused malformed(XMLStreamException e) {
        if (e.getNestedException() instanceof ImportRefused refused) {
            return refused;
        }
        long line = e.getLocation() == null ? 1 : e.getLocation().getLineNumber();
        String message = String.valueOf(e.getMessage()).replaceFirst("(?s).*\nMessage: ", "");
        return new ImportRefused(Math.max(line, 1), "is not whole, well-formed XML: " + message);
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        // They count the whole document in as an entity. Without a DOCTYPE there are no others.
        factory.setProperty("jdk.xml.maxGeneralEntitySizeLimit", 0);
        factory.setProperty("jdk.xml.totalEntitySizeLimit", 0);
        return factory;
    }
}
