package se.utrop.importing;

import static java.util.Objects.requireNonNullElse;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import se.utrop.text.Sha256;

/** What a feed says of itself, for items that don't say it. */
final class Channel {

    private final String keyPrefix;
    private final Arrival arrival;
    /** Digests of both. */
    private final Map<Long, Long> titlesByLink = new HashMap<>();

    private @Nullable String id;
    private @Nullable String link;
    private String title = "";
    private @Nullable ItemKeys keys;
    private @Nullable Instant date;
    private int undated;

    /** {@code keyPrefix} begins the import keys of its items. */
    Channel(String keyPrefix, Arrival arrival) {
        this.keyPrefix = keyPrefix;
        this.arrival = arrival;
    }

    String keyPrefix() {
        return keyPrefix;
    }

    boolean isRss() {
        return keyPrefix.equals("rss:");
    }

    /** Whether each item has an address of its own. */
    boolean isSitemap() {
        return keyPrefix.equals("sitemap:");
    }

    Arrival arrival() {
        return arrival;
    }

    /** Where relative addresses begin. */
    @Nullable
    String link() {
        return link;
    }

    void link(String address, @Nullable String base) {
        if (link == null) {
            link = WebAddress.of(address, base);
        }
    }

    /** What the feed calls itself: the first that it says counts. */
    void id(String text) {
        if (id == null && !text.isBlank()) {
            id = text.strip();
        }
    }

    void title(String text) {
        if (title.isEmpty()) {
            title = text.strip();
        }
    }

    /** Of the items, by what the feed has said of itself before the first one. */
    ItemKeys keys() {
        ItemKeys made = keys;
        if (made == null) {
            made = new ItemKeys(keyPrefix, namespace());
            keys = made;
        }
        return made;
    }

    private String namespace() {
        if (arrival.isNamed()) {
            return arrival.source();
        }
        String said = ItemKeys.namespace(id, link, title);
        return said.isEmpty() ? arrival.source() : said;
    }

    void date(String text) {
        FeedDate stated = FeedDate.parse(text, arrival.zone());
        if (stated != null && date == null) {
            date = stated.instant();
        }
    }

    /** The time of an item that states none: that of the feed, or of its arrival; the first item is the latest. */
    Instant estimate() {
        Instant latest = requireNonNullElse(date, arrival.now());
        Instant past = latest.isAfter(arrival.now()) ? arrival.now() : latest;
        return next(past);
    }

    /** The time of an item that lies in the future here, but not by the clock of its source: its arrival; the first item is the latest. */
    Instant arrived() {
        return next(arrival.now());
    }

    private Instant next(Instant latest) {
        return latest.minusMillis(undated++).truncatedTo(ChronoUnit.MICROS);
    }

    /** Whether another item of the feed has this link: pages with several notices are linked by each. */
    boolean isShared(String address, String title) {
        return !titlesByLink
                .computeIfAbsent(digest(address), first -> digest(title))
                .equals(digest(title));
    }

    private static Long digest(String text) {
        return ByteBuffer.wrap(Sha256.of(text.getBytes(StandardCharsets.UTF_8))).getLong();
    }
}
