package se.utrop.syndication;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.HtmlUtils;

/** The texts of a news item as HTML that stands on its own. */
final class HtmlContent {

    private static final Pattern BLANK_LINE = Pattern.compile("\\n\\s*\\n");

    private static final Pattern ABSOLUTE = Pattern.compile("(?i)(?:https?|mailto|tel):.*", Pattern.DOTALL);

    private HtmlContent() {}

    /** Whether plain text has more than one paragraph. */
    static boolean hasParagraphs(String text) {
        return BLANK_LINE.matcher(text).find();
    }

    /** Plain text, in which blank lines separate paragraphs, as HTML. */
    static String ofText(String text) {
        return Arrays.stream(BLANK_LINE.split(text))
                .map(paragraph ->
                        "<p>" + HtmlUtils.htmlEscape(paragraph.strip(), "UTF-8").replace("\n", "<br>") + "</p>")
                .collect(Collectors.joining());
    }

    /** The same HTML with absolute addresses. A reader of a feed doesn't know what they are relative to. */
    static String absolute(String html, @Nullable String base) {
        if (base == null) {
            return html;
        }
        Document document = Jsoup.parseBodyFragment(html, base);
        document.outputSettings().prettyPrint(false);
        int relative = makeAbsolute(document, "a", "href") + makeAbsolute(document, "img", "src");
        return relative == 0 ? html : document.body().html();
    }

    private static int makeAbsolute(Document document, String element, String attribute) {
        int relative = 0;
        for (Element found : document.select(element + "[" + attribute + "]")) {
            String resolved = found.absUrl(attribute);
            if (!ABSOLUTE.matcher(found.attr(attribute)).matches() && !resolved.isEmpty()) {
                found.attr(attribute, resolved);
                relative++;
            }
        }
        return relative;
    }
}
