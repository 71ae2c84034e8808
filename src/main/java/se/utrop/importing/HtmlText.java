package se.utrop.importing;

import java.util.Map;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;

/** HTML as plain text: its blocks become paragraphs, and superscripts stay superscripts. */
final class HtmlText implements NodeVisitor {

    private static final String UNREAD = "script, style, template, iframe, object, del, s, strike, head, title";

    private static final Map<Character, Character> RAISED = Map.ofEntries(
            Map.entry('0', '⁰'),
            Map.entry('1', '¹'),
            Map.entry('2', '²'),
            Map.entry('3', '³'),
            Map.entry('4', '⁴'),
            Map.entry('5', '⁵'),
            Map.entry('6', '⁶'),
            Map.entry('7', '⁷'),
            Map.entry('8', '⁸'),
            Map.entry('9', '⁹'),
            Map.entry('+', '⁺'),
            Map.entry('-', '⁻'),
            Map.entry('−', '⁻'),
            Map.entry('–', '⁻'),
            Map.entry('(', '⁽'),
            Map.entry(')', '⁾'),
            Map.entry('n', 'ⁿ'),
            Map.entry('i', 'ⁱ'));

    private final StringBuilder text = new StringBuilder();

    private HtmlText() {}

    static String of(Element body) {
        HtmlText reader = new HtmlText();
        body.select(UNREAD).remove();
        body.select("sup").forEach(HtmlText::raise);
        body.select("q").forEach(quote -> quote.prependText("”").appendText("”"));
        body.traverse(reader);
        return reader.text
                .toString()
                .replaceAll(" {2,}", " ")
                .replaceAll(" ?\n ?", "\n")
                .replaceAll("\n{3,}", "\n\n");
    }

    /** Text has no raised letters but digits and signs: a word is left as it is, a number gets a sign if it has none. */
    private static void raise(Element sup) {
        String raised = sup.text().strip();
        if (raised.chars().allMatch(c -> RAISED.containsKey((char) c))) {
            StringBuilder characters = new StringBuilder();
            raised.chars().forEach(c -> characters.append(RAISED.get((char) c)));
            sup.text(characters.toString());
        } else if (raised.chars().anyMatch(Character::isDigit)) {
            sup.text("^" + raised);
        }
    }

    @Override
    public void head(Node node, int depth) {
        if (node instanceof TextNode words) {
            text.append(words.text());
        } else if (node instanceof Element element) {
            text.append(breakAt(element));
        }
    }

    @Override
    public void tail(Node node, int depth) {
        if (node instanceof Element element
                && element.isBlock()
                && !breakAt(element).equals("\n")) {
            text.append(breakAt(element));
        }
    }

    private static String breakAt(Element element) {
        return switch (element.normalName()) {
            case "br", "li", "tr", "dt", "dd", "option" -> "\n";
            case "td", "th" -> " ";
            default -> element.isBlock() ? "\n\n" : "";
        };
    }
}
