package se.utrop.importing;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.text.LineBreakRendering;
import org.commonmark.renderer.text.TextContentRenderer;
import org.jsoup.Jsoup;
import org.jspecify.annotations.Nullable;
import se.utrop.text.PlainText;

/** Text of a feed with its content type. */
record RichText(Type type, String text) {

    enum Type {
        TEXT,
        HTML,
        MARKDOWN,
        /** A line of RSS: nothing says whether it is text or HTML. Entities and inline tags are read as HTML. */
        LINE,
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

    RichText {
        text = type == Type.HTML ? HtmlDepth.bounded(unescaped(text)) : text;
    }

    static final RichText NONE = new RichText(Type.TEXT, "");

    private static final Pattern SPECIAL = Pattern.compile("[\\\\`*_\\[\\]<>&#|~]");
    private static final Pattern AT_LINE_START = Pattern.compile("(?m)^[ \\t]*(\\d{0,9})([-+=.)])");
    private static final Pattern INDENT = Pattern.compile("(?m)^[ \\t]+");

    private static final Pattern TAG = Pattern.compile("<[/!?\\p{L}]");
    private static final Pattern ESCAPED_SECTION = Pattern.compile("(?s)\\s*<!\\[CDATA\\[(.*)]]>\\s*");
    private static final Pattern ESCAPED_BLOCKS = Pattern.compile("(?is)\\s*&lt;(p|div)\\b.*&lt;/\\1&gt;\\s*");
    private static final Pattern BLANK_LINE = Pattern.compile("\\h*\\R(?:\\h*\\R)+\\h*");
    private static final Pattern LINE_BREAK = Pattern.compile("\\h*\\R\\h*");
    private static final Pattern INLINE_TAG = Pattern.compile(
            "</?(?:a|abbr|b|big|br|cite|code|del|em|font|i|ins|mark|p|q|s|small|span|strike|strong|sub|sup|tt|u|wbr)"
                    + "(?:\\s[^<>]*)?/?>",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern OTHER_BRACKET =
            Pattern.compile("<(?!" + INLINE_TAG.pattern().substring(1) + ")", Pattern.CASE_INSENSITIVE);

    private static final TextContentRenderer UNMARKED = TextContentRenderer.builder()
            .lineBreakRendering(LineBreakRendering.SEPARATE_BLOCKS)
            .build();

    /** Some software escapes what it has put into a CDATA section, or what it has escaped before. */
    private static String unescaped(String text) {
        Matcher section = ESCAPED_SECTION.matcher(text);
        if (section.matches()) {
            return section.group(1).replace("]]>", "").replace("<![CDATA[", "");
        }
        return ESCAPED_BLOCKS.matcher(text).matches() && !TAG.matcher(text).find()
                ? org.jsoup.parser.Parser.unescapeEntities(text, false)
                : text;
    }

    /** Paragraphs parted by blank lines. */
    String plain() {
        return PlainText.prose(
                switch (type) {
                    case TEXT -> text;
                    case HTML -> HtmlText.of(Jsoup.parseBodyFragment(html()).body());
                    case MARKDOWN -> UNMARKED.render(parsed());
                    case LINE -> line();
                    case OTHER -> "";
                });
    }

    /** CommonMark, in which the HTML of the text is one block. */
    String commonMark(@Nullable String base) {
        return switch (type) {
            case TEXT -> escaped(PlainText.prose(text));
            case LINE -> escaped(plain());
            case HTML -> HtmlBlock.of(html(), base);
            case MARKDOWN -> PlainText.prose(text);
            case OTHER -> "";
        };
    }

    /** The addresses that its links lead to and its pictures come from. */
    List<String> addresses(@Nullable String base) {
        return type == Type.HTML ? HtmlBlock.addresses(html(), base) : List.of();
    }

    /** HTML without a tag is text: its blank lines part paragraphs. */
    private String html() {
        if (TAG.matcher(text).find() || !BLANK_LINE.matcher(text.strip()).find()) {
            return text;
        }
        return "<p>" + BLANK_LINE.matcher(text.strip()).replaceAll("</p><p>") + "</p>";
    }

    private String line() {
        if (!INLINE_TAG.matcher(text).find()) {
            return org.jsoup.parser.Parser.unescapeEntities(text, true);
        }
        String html = OTHER_BRACKET.matcher(text).replaceAll("&lt;");
        return LINE_BREAK
                .matcher(HtmlText.of(Jsoup.parseBodyFragment(html).body()))
                .replaceAll(" ");
    }

    private Node parsed() {
        return Parser.builder().build().parse(text);
    }

    private static String escaped(String text) {
        String inline = SPECIAL.matcher(INDENT.matcher(text).replaceAll("")).replaceAll("\\\\$0");
        return AT_LINE_START.matcher(inline).replaceAll("$1\\\\$2");
    }
}
