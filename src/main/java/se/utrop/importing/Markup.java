package se.utrop.importing;

import javax.xml.stream.XMLStreamReader;
import org.jsoup.nodes.Entities;
import org.jspecify.annotations.Nullable;

/** The content of an element of a feed: its text, with the elements inside it as HTML. */
final class Markup {

    private static final int LONGEST = 1_000_000;

    private final String element;
    private final boolean escaping;
    private final StringBuilder text = new StringBuilder();
    private int depth = 1;
    private boolean elements;

    /** {@code escaping} where the text is text, not itself HTML. */
    Markup(String element, boolean escaping) {
        this.element = element;
        this.escaping = escaping;
    }

    boolean isOpen() {
        return depth > 0;
    }

    boolean hasElements() {
        return elements;
    }

    void start(XMLStreamReader xml) {
        depth++;
        elements = true;
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
        if (text.length() <= LONGEST) {
            text.append(part);
        }
    }

    /** What is wrong with it, if it is too long. */
    @Nullable
    String fault() {
        return text.length() > LONGEST
                ? "<%s> has more than %,d characters: shorten it".formatted(element, LONGEST)
                : null;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
