package se.utrop.importing;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import se.utrop.news.DatePrecision;
import se.utrop.news.NewsKind;
import se.utrop.text.Characters;
import se.utrop.text.PlainText;
import se.utrop.text.Sha256;

/** An item of a feed while it is being read. */
final class FeedItem {

    private static final int LONGEST_SUMMARY = 1_000;
    private static final int LONGEST_MADE_TITLE = 100;
    private static final int LONGEST_URL = 2_000;
    private static final int LONGEST_KEY = 2_000;

    private final String source;
    private final long line;
    private final Set<String> topics = new LinkedHashSet<>();
    private String id = "";
    private RichText title = RichText.NONE;
    private RichText summary = RichText.NONE;
    private RichText content = RichText.NONE;
    private @Nullable String link;
    private @Nullable Instant published;
    private @Nullable Instant updated;

    FeedItem(String source, long line) {
        this.source = source;
        this.line = line;
    }

    void id(String id) {
        this.id = PlainText.line(id);
    }

    void title(RichText.Type type, String text) {
        title = new RichText(type, text);
    }

    void summary(RichText.Type type, String text) {
        summary = new RichText(type, text);
    }

    void content(RichText.Type type, String text) {
        content = new RichText(type, text);
    }

    void topic(String name) {
        String topic = Characters.name(Characters.tidy(PlainText.line(name)));
        if (Characters.showsSomething(topic)) {
            topics.add(topic);
        }
    }

    void link(String address) {
        if (link == null) {
            link = webAddress(address.strip());
        }
    }

    void published(String text, long line) {
        published = date(text, line);
    }

    void updated(String text, long line) {
        updated = date(text, line);
    }

    Item finish(Instant now) {
        RichText lead = lead();
        String whole = Characters.tidy(lead.plain());
        String shown = PlainText.start(whole, LONGEST_SUMMARY);
        Instant instant = instant(now);
        String name = name(whole);
        return new Item(
                line,
                importKey(titleAsGiven(lead), instant),
                name,
                shown,
                body(lead, whole, shown),
                link,
                NewsKind.ARTICLE,
                null,
                List.copyOf(topics),
                List.of(),
                instant,
                DatePrecision.EXACT);
    }

    /** The text that a reader sees first. */
    private RichText lead() {
        for (RichText text : List.of(summary, content, title)) {
            if (Characters.showsSomething(text.plain())) {
                return text;
            }
        }
        throw new ImportRefused(line, "has neither title nor text: give it a title");
    }

    private String name(String whole) {
        String name = Characters.tidy(PlainText.line(title.plain()));
        return Characters.showsSomething(name) ? name : PlainText.start(PlainText.line(whole), LONGEST_MADE_TITLE);
    }

    /** With all its invisible characters: by it an item that has neither id nor link is known. */
    private String titleAsGiven(RichText lead) {
        String given = PlainText.line(title.plain());
        return given.isEmpty() ? PlainText.start(PlainText.line(lead.plain()), LONGEST_MADE_TITLE) : given;
    }

    private @Nullable String body(RichText lead, String whole, String shown) {
        boolean goesOn = !squeezed(whole).contains(squeezed(Characters.tidy(content.plain())));
        if (!goesOn && shown.equals(whole)) {
            return null;
        }
        String body = Characters.readable((goesOn ? content : lead).commonMark(link == null ? "" : link));
        return Characters.showsSomething(body) ? body : null;
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", " ");
    }

    private Instant instant(Instant now) {
        Instant instant = published == null ? updated : published;
        if (instant == null) {
            throw new ImportRefused(line, "has no date: give it a %s".formatted(isRss() ? "<pubDate>" : "<published>"));
        }
        if (instant.isAfter(now)) {
            throw new ImportRefused(line, "is dated %s, in the future: correct its date".formatted(instant));
        }
        return instant;
    }

    private boolean isRss() {
        return source.equals("rss:");
    }

    private String importKey(String name, Instant instant) {
        if (id.isEmpty() && link == null) {
            return source + Sha256.hex(name + "\n" + instant);
        }
        String key = source + (id.isEmpty() ? link : id);
        return key.length() > LONGEST_KEY ? source + Sha256.hex(key) : key;
    }

    private static Instant date(String text, long line) {
        Instant date = FeedDate.parse(text);
        if (date == null) {
            throw new ImportRefused(
                    line,
                    "«%s» is no date with time and zone: write it like Tue, 13 Dec 2022 12:00:00 +0100 or 2022-12-13T12:00:00+01:00"
                            .formatted(PlainText.start(PlainText.line(text), 60)));
        }
        return date;
    }

    private static @Nullable String webAddress(String text) {
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean web = (scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null;
            return web && text.length() <= LONGEST_URL ? scheme + text.substring(scheme.length()) : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
