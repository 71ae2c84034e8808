package se.utrop.importing;

import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bounds how deep the elements of HTML are nested: tags that lie deeper become blanks, and what they hold stays. */
final class HtmlDepth {

    private static final int DEEPEST = 100;

    private static final Pattern TAG = Pattern.compile("<(/?)([A-Za-z][A-Za-z0-9-]*)[^<>]*>");

    /** Elements that hold nothing, and those whose end tags may be left out. */
    private static final Set<String> UNCOUNTED = Set.of(
            "area",
            "base",
            "br",
            "col",
            "embed",
            "hr",
            "img",
            "input",
            "link",
            "meta",
            "param",
            "source",
            "track",
            "wbr",
            "p",
            "li",
            "dt",
            "dd",
            "tr",
            "td",
            "th",
            "thead",
            "tbody",
            "tfoot",
            "option",
            "optgroup",
            "colgroup");

    private int depth;

    private HtmlDepth() {}

    static String bounded(String html) {
        HtmlDepth depth = new HtmlDepth();
        Matcher tags = TAG.matcher(html);
        return tags.find() ? tags.replaceAll(depth::kept) : html;
    }

    private String kept(MatchResult tag) {
        boolean isDeep = depth > DEEPEST;
        if (!UNCOUNTED.contains(tag.group(2).toLowerCase(Locale.ROOT))) {
            boolean isEnd = !tag.group(1).isEmpty();
            isDeep = (isEnd ? depth : depth + 1) > DEEPEST;
            depth = isEnd ? Math.max(0, depth - 1) : depth + 1;
        }
        return isDeep ? " " : Matcher.quoteReplacement(tag.group());
    }
}
