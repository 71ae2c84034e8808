package se.utrop.importing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Reads a file without a database. */
record Reading(List<Item> items, Faults faults) {

    static final Arrival ARRIVAL = new Arrival(Instant.parse("2026-01-01T00:00:00Z"), ZoneId.of("Europe/Stockholm"));

    static Reading of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    static Reading of(byte[] file) {
        Faults faults = new Faults("feed", false);
        try {
            return new Reading(read(SourceFormat.of(new ByteArrayInputStream(file), ARRIVAL, faults)), faults);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Item> read(SourceFormat format) {
        return switch (format) {
            case SourceFormat.Feed feed -> read(feed.reader());
            case SourceFormat.Listing listing ->
                listing.items().stream()
                        .flatMap(item -> item.publishedAt(ARRIVAL.now(), listing.faults()).stream())
                        .toList();
        };
    }

    private static List<Item> read(ItemReader feed) {
        try (feed) {
            List<Item> items = new ArrayList<>();
            for (List<Item> part = feed.read(100); !part.isEmpty(); part = feed.read(100)) {
                items.addAll(part);
            }
            return items;
        }
    }

    /** The only item. */
    Item item() {
        if (items.size() != 1) {
            throw new IllegalStateException(items.size() + " items, " + faults.messages());
        }
        return items.getFirst();
    }

    /** An RSS feed with one item. */
    static Reading ofItem(String children) {
        return of(rss("<item><guid isPermaLink=\"false\">1</guid>" + children + "</item>"));
    }

    static String rss(String items) {
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
                xmlns:media="http://search.yahoo.com/mrss/" xmlns:wp="http://wordpress.org/export/1.2/"
                xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:atom="http://www.w3.org/2005/Atom">
            <channel><title>N</title><link>https://kommun.example/</link><description>d</description>
            """ + items + "</channel></rss>";
    }
}
