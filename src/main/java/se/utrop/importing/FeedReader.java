package se.utrop.importing;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Reads RSS 2.0 and Atom one item at a time, in bounded memory. */
final class FeedReader implements Closeable {

    private static final String ATOM = "http://www.w3.org/2005/Atom";
    private static final String DUBLIN_CORE = "http://purl.org/dc/elements/1.1/";
    private static final String RSS_CONTENT = "http://purl.org/rss/1.0/modules/content/";

    private static final XMLInputFactory FACTORY = factory();

    private final InputStream input;
    private final XMLStreamReader xml;
    private final long linesBefore;
    private final Instant now;
    private final boolean atom;
    private final String namespace;
    private final long rootLine;
    private boolean inChannel;

    FeedReader(InputStream input, long linesBefore, Instant now) {
        this.input = input;
        this.linesBefore = linesBefore;
        this.now = now;
        this.xml = open(input);
        while (next() != XMLStreamConstants.START_ELEMENT) {
            // comments and processing instructions
        }
        this.rootLine = line();
        this.namespace = namespace();
        this.atom = name().equals("feed") && namespace.equals(ATOM);
        if (!atom && !name().equals("rss")) {
            throw new ImportRefused(
                    line(), "the root element is <%s>: this is neither RSS, Atom nor a listing".formatted(name()));
        }
        this.inChannel = atom;
    }

    /** The next items, at most {@code count}; none after the last. */
    List<Item> read(int count) {
        List<Item> items = new ArrayList<>(count);
        for (Item item = readItem(); item != null; item = readItem()) {
            items.add(item);
            if (items.size() == count) {
                break;
            }
        }
        return items;
    }

    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable Item readItem() {
        while (!ended()) {
            if (next() == XMLStreamConstants.START_ELEMENT) {
                if (isItem()) {
                    return atom ? readEntry() : readRssItem();
                }
                enterOrSkip();
            }
        }
        if (!inChannel) {
            throw new ImportRefused(rootLine, "<rss> without a <channel>");
        }
        return null;
    }

    private boolean isItem() {
        return inChannel && namespace().equals(namespace) && name().equals(atom ? "entry" : "item");
    }

    private void enterOrSkip() {
        if (!inChannel && name().equals("channel")) {
            inChannel = true;
        } else {
            skip();
        }
    }

    private Item readRssItem() {
        FeedItem item = new FeedItem("rss:", line());
        while (nextChild()) {
            long line = line();
            switch (vocabulary() + name()) {
                case "title" -> item.title(RichText.Type.TEXT, text());
                case "link" -> item.link(text());
                case "guid" -> readGuid(item);
                case "description" -> item.summary(RichText.Type.HTML, text());
                case "content:encoded" -> item.content(RichText.Type.HTML, text());
                case "category" -> item.topic(text());
                case "pubDate", "dc:date" -> item.published(text(), line);
                default -> skip();
            }
        }
        return item.finish(now);
    }

    private void readGuid(FeedItem item) {
        boolean link = !"false".equalsIgnoreCase(attribute("isPermaLink"));
        String guid = text();
        item.id(guid);
        if (link) {
            item.link(guid);
        }
    }

    private Item readEntry() {
        FeedItem item = new FeedItem("atom:", line());
        while (nextChild()) {
            long line = line();
            switch (vocabulary() + name()) {
                case "id" -> item.id(text());
                case "title" -> item.title(type(), text());
                case "summary" -> item.summary(type(), text());
                case "content" -> item.content(type(), text());
                case "link" -> readLink(item);
                case "category" -> readCategory(item);
                case "published" -> item.published(text(), line);
                case "updated" -> item.updated(text(), line);
                default -> skip();
            }
        }
        return item.finish(now);
    }

    private void readLink(FeedItem item) {
        if (attribute("rel").isEmpty() || attribute("rel").equals("alternate")) {
            item.link(attribute("href"));
        }
        skip();
    }

    private void readCategory(FeedItem item) {
        item.topic(attribute("label").isBlank() ? attribute("term") : attribute("label"));
        skip();
    }

    private RichText.Type type() {
        return attribute("src").isEmpty() ? RichText.Type.of(attribute("type")) : RichText.Type.OTHER;
    }

    private String vocabulary() {
        String uri = namespace();
        if (uri.equals(namespace)) {
            return "";
        }
        return switch (uri) {
            case DUBLIN_CORE -> "dc:";
            case RSS_CONTENT -> "content:";
            default -> "other:";
        };
    }

    private String attribute(String attribute) {
        String value = xml.getAttributeValue(null, attribute);
        return value == null ? "" : value.strip();
    }

    /** Moves to the next child of the element at hand; false at its end. */
    private boolean nextChild() {
        int event = next();
        while (event != XMLStreamConstants.START_ELEMENT && event != XMLStreamConstants.END_ELEMENT) {
            event = next();
        }
        return event == XMLStreamConstants.START_ELEMENT;
    }

    private void skip() {
        for (int depth = 1; depth > 0; ) {
            int event = next();
            depth += event == XMLStreamConstants.START_ELEMENT ? 1 : event == XMLStreamConstants.END_ELEMENT ? -1 : 0;
        }
    }

    /** The text of the element at hand; where it has elements of its own, they become HTML. */
    private String text() {
        Markup markup =
                new Markup(name(), attribute("type").toLowerCase(Locale.ROOT).contains("xhtml"), line());
        while (markup.isOpen()) {
            int event = next();
            switch (event) {
                case XMLStreamConstants.START_ELEMENT -> markup.start(xml);
                case XMLStreamConstants.END_ELEMENT -> markup.end(name());
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
                    markup.characters(xml.getText());
                default -> {}
            }
        }
        return markup.toString();
    }

    private int next() {
        try {
            int event = xml.next();
            if (event == XMLStreamConstants.DTD) {
                throw new ImportRefused(line(), "has a DOCTYPE, which no feed needs: remove it");
            }
            return event;
        } catch (XMLStreamException e) {
            throw malformed(e);
        }
    }

    private boolean ended() {
        return xml.getEventType() == XMLStreamConstants.END_DOCUMENT;
    }

    private String name() {
        return xml.getLocalName();
    }

    private String namespace() {
        String uri = xml.getNamespaceURI();
        return uri == null ? "" : uri;
    }

    private long line() {
        return linesBefore + xml.getLocation().getLineNumber();
    }

    private XMLStreamReader open(InputStream xml) {
        try {
            return FACTORY.createXMLStreamReader(xml);
        } catch (XMLStreamException e) {
            throw malformed(e);
        }
    }

    private ImportRefused malformed(XMLStreamException e) {
        if (e.getNestedException() instanceof ImportRefused refused) {
            return refused;
        }
        long line = e.getLocation() == null ? 1 : e.getLocation().getLineNumber();
        String message = String.valueOf(e.getMessage()).replaceFirst("(?s).*\nMessage: ", "");
        return new ImportRefused(linesBefore + Math.max(line, 1), "is not whole, well-formed XML: " + message);
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
