package se.utrop.importing;

import javax.xml.stream.XMLStreamReader;
import org.jsoup.nodes.Entities;

/** The content of an element of a feed: its text, with the elements inside it as HTML. */
final class Markup {

    private static final int LONGEST = 1_000_000;

    private final String element;
    private final boolean escaping;
    private final long line;
    private final StringBuilder text = new StringBuilder();
    private int depth = 1;

    /** {@code escaping} where the text is text, not itself HTML. */
    Markup(String element, boolean escaping, long line) {
        this.element = element;
        this.escaping = escaping;
        this.line = line;
    }

    boolean isOpen() {
        return depth > 0;
    }

    void start(XMLStreamReader xml) {
        depth++;
        append("<" + xml.getLocalName());
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            append(" %s=\"%s\"".formatted(xml.getAttributeLocalName(i), Entities.escape(xml.getAttributeValue(i))));
        }
        append(">");
    }

    void end(String name) {
        depth--;
        if (isOpen()) {
            append("</" + name + ">");
        }
    }

    void characters(String characters) {
        append(escaping ? Entities.escape(characters) : characters);
    }

    private void append(String part) {
        text.append(part);
        if (text.length() > LONGEST) {
            throw new ImportRefused(line, "<%s> has more than %,d characters: shorten it".formatted(element, LONGEST));
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
