package se.utrop.importing;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.text.LineBreakRendering;
import org.commonmark.renderer.text.TextContentRenderer;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;
import se.utrop.text.PlainText;
import se.utrop.text.SafeHtml;

/** Text of a feed with its content type. */
record RichText(Type type, String text) {

    enum Type {
        TEXT,
        HTML,
        MARKDOWN,
        /** What can't become text. */
        OTHER;

        /** Atom's words for it, or a media type. */
        static Type of(String name) {
            return switch (name.toLowerCase(Locale.ROOT).replaceFirst("\\s*;.*", "")) {
                case "", "text", "text/plain" -> TEXT;
                case "html", "xhtml", "text/html", "application/xhtml+xml" -> HTML;
                case "text/markdown", "text/x-markdown" -> MARKDOWN;
                default -> OTHER;
            };
        }
    }

    static final RichText NONE = new RichText(Type.TEXT, "");

    private static final Pattern SPECIAL = Pattern.compile("[\\\\`*_\\[\\]<>&#|~]");
    private static final Pattern AT_LINE_START = Pattern.compile("(?m)^[ \\t]*(\\d{0,9})([-+=.)])");
    private static final Pattern INDENT = Pattern.compile("(?m)^[ \\t]+");

    private static final TextContentRenderer UNMARKED = TextContentRenderer.builder()
            .lineBreakRendering(LineBreakRendering.SEPARATE_BLOCKS)
            .build();

    /** Paragraphs parted by blank lines. */
    String plain() {
        return PlainText.prose(
                switch (type) {
                    case TEXT -> text;
                    case HTML -> Paragraphs.of(Jsoup.parseBodyFragment(text).body());
                    case MARKDOWN -> UNMARKED.render(parsed());
                    case OTHER -> "";
                });
    }

    /** CommonMark, in which the HTML of the text is one block. */
    String commonMark(String base) {
        return switch (type) {
            case TEXT -> escaped(PlainText.prose(text));
            case HTML -> block(base);
            case MARKDOWN -> PlainText.prose(text);
            case OTHER -> "";
        };
    }

    private Node parsed() {
        return Parser.builder().build().parse(text);
    }

    private static String escaped(String text) {
        String inline = SPECIAL.matcher(INDENT.matcher(text).replaceAll("")).replaceAll("\\\\$0");
        return AT_LINE_START.matcher(inline).replaceAll("$1\\\\$2");
    }

    private String block(String base) {
        Document document = Jsoup.parseBodyFragment(SafeHtml.of(withAddresses(base)));
        document.outputSettings().prettyPrint(false);
        document.select("img:not([src])").remove();
        Paragraphs.wrapLoose(document.body());
        StringBuilder block = new StringBuilder();
        document.body()
                .children()
                .forEach(child -> block.append(child.outerHtml().strip()).append('\n'));
        return PlainText.prose(block.toString()).replaceAll("\n(?=[ \\t]*\n)", "&#10;");
    }

    /** The HTML with addresses that hold everywhere; those that can't be resolved are left out. */
    private String withAddresses(String base) {
        Document document = Jsoup.parseBodyFragment(text, base);
        document.outputSettings().prettyPrint(false);
        for (String attribute : List.of("href", "src")) {
            for (Element element : document.select("[" + attribute + "]")) {
                String address = element.absUrl(attribute);
                if (address.isEmpty()) {
                    element.removeAttr(attribute);
                } else {
                    element.attr(attribute, address);
                }
            }
        }
        return document.body().html();
    }

    /** The blocks of HTML as paragraphs of text. */
    private static final class Paragraphs implements NodeVisitor {

        private final StringBuilder text = new StringBuilder();

        static String of(Element body) {
            Paragraphs paragraphs = new Paragraphs();
            body.traverse(paragraphs);
            return paragraphs
                    .text
                    .toString()
                    .replaceAll(" {2,}", " ")
                    .replaceAll(" ?\n ?", "\n")
                    .replaceAll("\n{3,}", "\n\n");
        }

        /** Puts what stands between blocks into paragraphs of its own. */
        static void wrapLoose(Element body) {
            Element paragraph = null;
            for (org.jsoup.nodes.Node node : body.childNodes().toArray(org.jsoup.nodes.Node[]::new)) {
                if (node instanceof Element element && element.isBlock()) {
                    paragraph = null;
                } else if (paragraph != null) {
                    paragraph.appendChild(node);
                } else if (!(node instanceof TextNode loose && loose.isBlank())) {
                    paragraph = new Element("p");
                    node.before(paragraph);
                    paragraph.appendChild(node);
                }
            }
        }

        @Override
        public void head(org.jsoup.nodes.Node node, int depth) {
            if (node instanceof TextNode words) {
                text.append(words.text());
            } else if (node instanceof Element element) {
                text.append(breakAt(element));
            }
        }

        @Override
        public void tail(org.jsoup.nodes.Node node, int depth) {
            if (node instanceof Element element && element.isBlock()) {
                text.append(breakAt(element));
            }
        }

        private static String breakAt(Element element) {
            return switch (element.normalName()) {
                case "br", "li", "tr" -> "\n";
                case "td", "th" -> " ";
                default -> element.isBlock() ? "\n\n" : "";
            };
        }
    }
}
