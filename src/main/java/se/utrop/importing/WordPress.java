package se.utrop.importing;

import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import se.utrop.importing.FeedItem.DateRank;

/**
 * What an item of a WordPress export (WXR) says beside RSS. Posts that are public are news; drafts, pages and attachments are not.
 *
 * @see <a href="https://developer.wordpress.org/reference/functions/wpautop/">wpautop, paragraphs of the classic editor</a>
 */
final class WordPress {

    private static final Pattern NEWS_TYPE =
            Pattern.compile("(?i)post|.*(?:news|nyhet|press|article|artikel|aktuell|notis).*");
    private static final Set<String> PUBLIC = Set.of("", "publish");
    private static final Set<String> NO_TOPICS =
            Set.of("uncategorized", "uncategorised", "okategoriserade", "okategoriserad");

    private static final Pattern BLOCK = Pattern.compile(
            "(?is)</?(?:p|div|h[1-6]|ul|ol|li|dl|table|thead|tbody|tr|td|th|blockquote|pre|figure|hr|section|article|form"
                + "|address|iframe|script|style)\\b.*");
    private static final Pattern PARAGRAPHED = Pattern.compile("(?i)<p[\\s>]|<!-- wp:");
    private static final Pattern BLANK_LINES = Pattern.compile("\\h*\\R(?:\\h*\\R)+");
    private static final Pattern PRE = Pattern.compile("(?is)<pre\\b.*?</pre>");
    private static final Pattern CAPTION = Pattern.compile(
            "(?is)\\[caption[^\\[\\]]*\\]\\s*((?:<a\\b[^<>]*>\\s*)?<img\\b[^<>]*>(?:\\s*</a>)?)([^\\[]{0,2000})\\[/caption\\]");
    private static final Pattern EMBED =
            Pattern.compile("(?i)\\[embed[^\\]]*\\]\\s*(https?://[^\\s\\[\\]\"<>]+)\\s*\\[/embed\\]");
    private static final Pattern SHORTCODE = Pattern.compile(
            "(?i)\\[/?(?:gallery|audio|video|playlist|caption|embed|contact-form[\\w-]*|vc_\\w+|et_pb_\\w+|fusion_\\w+)(?:\\s[^\\]]*)?/?\\]");

    private static final Pattern META =
            Pattern.compile("(?s)<meta_key[^>]*>(.*?)</meta_key>\\s*<meta_value[^>]*>(.*?)</meta_value>");

    private String status = "";
    private String type = "";
    private String password = "";
    private String excerpt = "";
    private String date = "";
    private String id = "";
    private String attachment = "";
    private String thumbnail = "";
    private String altText = "";
    private boolean exported;

    /** Takes an element of the namespaces of WordPress. */
    void read(String name, String text) {
        exported = true;
        switch (name) {
            case "wp:status" -> status = text.strip().toLowerCase(Locale.ROOT);
            case "wp:post_type" -> type = text.strip().toLowerCase(Locale.ROOT);
            case "wp:post_password" -> password = text.strip();
            case "excerpt:encoded" -> excerpt = text;
            case "wp:post_date" -> date = text;
            case "wp:post_id" -> id = text.strip();
            case "wp:attachment_url" -> attachment = text.strip();
            case "wp:postmeta" -> readMeta(META.matcher(text));
            default -> {}
        }
    }

    private void readMeta(Matcher meta) {
        if (meta.find()) {
            String value = meta.group(2).strip();
            switch (meta.group(1).strip()) {
                case "_thumbnail_id" -> thumbnail = value;
                case "_wp_attachment_image_alt" -> altText = value;
                default -> {}
            }
        }
    }

    /** Whether a category of the item is a topic. */
    static boolean isTopic(String domain, String name) {
        return !domain.equals("post_format") && !NO_TOPICS.contains(name.strip().toLowerCase(Locale.ROOT));
    }

    void complete(FeedItem item) {
        if (!exported) {
            return;
        }
        String kind = otherKind();
        if (kind != null) {
            item.passOver(kind);
        }
        if (!excerpt.isBlank()) {
            item.summary(RichText.Type.HTML, paragraphed(excerpt), null);
        }
        if (item.content().type() == RichText.Type.HTML) {
            item.content(
                    RichText.Type.HTML,
                    paragraphed(withoutShortcodes(item.content().text())),
                    null);
        }
        item.date(DateRank.CREATED, date);
        readPictures(item);
    }

    private void readPictures(FeedItem item) {
        Attachments attachments = item.channel().arrival().attachments();
        if (!attachment.isEmpty()) {
            attachments.add(
                    id,
                    new Picture(
                            Picture.Rank.MEDIA,
                            attachment,
                            altText.isBlank() ? null : altText,
                            excerpt.isBlank() ? null : excerpt,
                            null,
                            null,
                            null));
        }
        Picture featured = attachments.find(thumbnail);
        if (featured != null) {
            item.picture(featured);
        }
    }

    private @Nullable String otherKind() {
        if (!type.isEmpty() && !NEWS_TYPE.matcher(type).matches()) {
            return type;
        }
        if (!PUBLIC.contains(status)) {
            return status.equals("private") ? "private post" : status;
        }
        return password.isEmpty() ? null : "private post";
    }

    private static String figure(MatchResult captioned) {
        return Matcher.quoteReplacement("<figure>%s<figcaption>%s</figcaption></figure>"
                .formatted(captioned.group(1), captioned.group(2).strip()));
    }

    private static String withoutShortcodes(String html) {
        String captioned = html.contains("[/caption]") ? CAPTION.matcher(html).replaceAll(WordPress::figure) : html;
        return SHORTCODE
                .matcher(EMBED.matcher(captioned).replaceAll("<p><a href=\"$1\">$1</a></p>"))
                .replaceAll("");
    }

    /** The classic editor stores no paragraphs: blank lines part them, and line breaks break lines. */
    private static String paragraphed(String html) {
        if (PARAGRAPHED.matcher(html).find() || PRE.matcher(html).find()) {
            return html;
        }
        StringBuilder paragraphs = new StringBuilder();
        for (String text :
                BLANK_LINES.splitAsStream(html.strip()).map(String::strip).toList()) {
            paragraphs.append(
                    BLOCK.matcher(text).matches()
                            ? text + "\n"
                            : "<p>" + text.replaceAll("\\h*\\R", "<br>\n") + "</p>\n");
        }
        return paragraphs.toString();
    }
}
