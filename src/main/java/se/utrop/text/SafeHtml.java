package se.utrop.text;

import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.PolicyFactory;

/**
 * The one HTML sanitiser, for what a feed brings and for what is shown: it lets pass what CommonMark and GitHub's tables can
 * express, and no script, style, frame, form or handler.
 *
 * @see <a href="https://owasp.org/www-project-java-html-sanitizer/">OWASP Java HTML Sanitizer</a>
 */
public final class SafeHtml {

    private static final PolicyFactory POLICY = new HtmlPolicyBuilder()
            .allowElements("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code")
            .allowElements("em", "strong", "b", "i", "s", "del", "sub", "sup", "ul", "ol", "li", "a", "img")
            .allowElements("table", "thead", "tbody", "tr", "th", "td")
            .allowAttributes("href", "title")
            .onElements("a")
            .allowAttributes("src", "alt", "title")
            .onElements("img")
            .allowAttributes("start")
            .onElements("ol")
            .allowAttributes("align")
            .matching(true, "left", "center", "right")
            .onElements("th", "td")
            .allowUrlProtocols("http", "https", "mailto", "tel")
            .toFactory();

    private SafeHtml() {}

    /** HTML that is safe to put on a page, whatever this holds. */
    public static String of(String html) {
        return POLICY.sanitize(html);
    }
}
