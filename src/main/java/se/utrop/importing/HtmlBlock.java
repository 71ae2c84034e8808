package se.utrop.importing;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jspecify.annotations.Nullable;
import se.utrop.text.PlainText;
import se.utrop.text.SafeHtml;

/** HTML of a feed as one block of the HTML that the renderer has, with addresses that hold everywhere. */
final class HtmlBlock {

    /** What a summary can't hold. */
    static final String MARKUP =
            "a[href], img, ul, ol, table, blockquote, pre, code, sub, sup, del, s, h1, h2, h3, h4, h5, h6, hr";

    private static final Set<String> BLOCKS = Set.of(
            "p",
            "hr",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "blockquote",
            "pre",
            "ul",
            "ol",
            "li",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "body",
            "html");

    private static final String UNSHOWN = "script, style, template, noscript:has(img), title, head";

    private static final Pattern LAZY = Pattern.compile("data:.*|about:.*|", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private HtmlBlock() {}

    static String of(String html, @Nullable String base) {
        Document document = parsed(SafeHtml.of(prepared(html, base).body().html()));
        document.select("img:not([src])").remove();
        wrapLoose(document.body());
        document.select("p").stream()
                .filter(paragraph -> !paragraph.hasText() && paragraph.selectFirst("img") == null)
                .forEach(Element::remove);
        StringBuilder block = new StringBuilder();
        document.body()
                .children()
                .forEach(child -> block.append(child.outerHtml().strip()).append('\n'));
        return PlainText.prose(block.toString()).replaceAll("\n(?=[ \\t]*\n)", "&#10;");
    }

    static boolean hasMarkup(String block) {
        return block.indexOf('<') >= 0 && parsed(block).body().selectFirst(MARKUP) != null;
    }

    static List<String> addresses(String html, @Nullable String base) {
        if (html.indexOf('<') < 0) {
            return List.of();
        }
        return addressed(html, base).select("a[href], img[src]").stream()
                .map(element -> element.attr(element.normalName().equals("a") ? "href" : "src"))
                .toList();
    }

    /** The pictures that a reader sees: not those that count readers or stand for a smile. */
    static List<Element> pictures(String html, @Nullable String base) {
        if (html.indexOf('<') < 0) {
            return List.of();
        }
        return addressed(html, base).select("img[src]");
    }

    private static Document parsed(String html) {
        Document document = Jsoup.parseBodyFragment(html);
        document.outputSettings().prettyPrint(false);
        return document;
    }

    private static Document addressed(String html, @Nullable String base) {
        Document document = parsed(html);
        Element body = document.body();
        body.select(UNSHOWN).remove();
        body.select("img").forEach(HtmlBlock::loadPicture);
        body.select("img").stream().filter(HtmlBlock::isCounter).forEach(Element::remove);
        body.select("iframe, embed, video, audio, object").forEach(HtmlBlock::linkMedium);
        resolve(body, "a", "href", base);
        resolve(body, "img", "src", base);
        return document;
    }

    /** With the elements of the renderer only, but for attributes. */
    private static Document prepared(String html, @Nullable String base) {
        Document document = addressed(html, base);
        Element body = document.body();
        rename(body);
        body.select("dt").forEach(term -> term.html("<strong>" + term.html() + "</strong>"));
        body.select("table > caption").forEach(caption -> {
            Element table = caption.parent();
            if (table != null) {
                table.before(caption.tagName("p"));
            }
        });
        List<Element> others =
                body.getAllElements().stream().filter(HtmlBlock::isOtherBlock).toList();
        others.reversed().forEach(HtmlBlock::dissolve);
        return document;
    }

    private static void resolve(Element body, String name, String attribute, @Nullable String base) {
        for (Element element : body.select(name + "[" + attribute + "]")) {
            String text = element.attr(attribute);
            String address = name.equals("a") ? WebAddress.link(text, base) : WebAddress.of(text, base);
            if (address == null) {
                element.removeAttr(attribute);
            } else {
                element.attr(attribute, address);
            }
        }
    }

    /** A picture that a script would load later. */
    private static void loadPicture(Element picture) {
        if (LAZY.matcher(picture.attr("src").strip()).matches()) {
            Stream.of("data-src", "data-lazy-src", "data-original", "srcset", "data-srcset")
                    .map(name ->
                            picture.attr(name).strip().replaceFirst("(?s)[\\s,]+\\S+[wx](?:\\s*,.*)?$|,\\s.*$", ""))
                    .filter(address -> !LAZY.matcher(address).matches())
                    .findFirst()
                    .ifPresent(address -> picture.attr("src", address));
        }
    }

    private static boolean isCounter(Element picture) {
        return Stream.of("width", "height").anyMatch(side -> picture.attr(side).matches("\\s*[01]\\s*(?:px)?\\s*"));
    }

    /** What is played elsewhere becomes a link to it. */
    private static void linkMedium(Element medium) {
        Element source = medium.selectFirst("source[src]");
        String address = Stream.of(medium.attr("src"), medium.attr("data"), source == null ? "" : source.attr("src"))
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse("");
        String name = medium.attr("title").isBlank() ? address : medium.attr("title");
        if (address.isEmpty()) {
            medium.unwrap();
        } else {
            medium.before(new Element("p")
                    .appendChild(new Element("a").attr("href", address).text(name)));
            medium.remove();
        }
    }

    private static void rename(Element body) {
        body.select("strike").tagName("s");
        body.select("tfoot").tagName("tbody");
        body.select("kbd, samp, tt").tagName("code");
        body.select("menu, dir").tagName("ul");
        body.select("summary, legend").tagName("h3");
        body.select("q").forEach(quote -> quote.prependText("”").appendText("”").unwrap());
    }

    private static boolean isOtherBlock(Element element) {
        return (element.isBlock() || element.normalName().equals("option")) && !BLOCKS.contains(element.normalName());
    }

    /** Puts what stands in a block that the renderer doesn't have into paragraphs, so that words stay apart. */
    private static void dissolve(Element block) {
        Element parent = block.parent();
        if (parent == null) {
            return;
        }
        if (parent.isBlock() && !isAlone(parent)) {
            wrapLoose(block);
        } else if (!isAlone(parent)) {
            block.after(new Element("br"));
        }
        block.unwrap();
    }

    private static boolean isAlone(Element parent) {
        return Set.of("td", "th", "li").contains(parent.normalName())
                && parent.childrenSize() == 1
                && parent.ownText().isBlank();
    }

    /** Puts what stands between blocks into paragraphs of its own. */
    private static void wrapLoose(Element body) {
        Element paragraph = null;
        for (Node node : body.childNodes().toArray(Node[]::new)) {
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
}
