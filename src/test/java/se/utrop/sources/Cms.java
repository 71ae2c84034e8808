package se.utrop.sources;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import se.utrop.text.Sha256;

/**
 * A newsroom that is followed. Editors write, change and delete news, and its server fails in each way that it can. It has a
 * feed in Atom, with tombstones, by a clock that is hours fast, and one in RSS, whose guids are others at each request and
 * whose only validator is a time, by a clock that is hours slow.
 */
final class Cms implements AutoCloseable {

    private static final int FAULTS = 10;

    private static final Duration ERROR = Duration.ofHours(5);

    private final FeedServer server = new FeedServer().answers(this::answer);
    private final WrongClock fast = new WrongClock(server.address("/").getPort(), ERROR);
    private final WrongClock slow = new WrongClock(server.address("/").getPort(), ERROR.negated());
    private final Random random;
    private final List<Item> atom = new ArrayList<>();
    private final List<Item> rss = new ArrayList<>();
    private final AtomicInteger stalled = new AtomicInteger();

    private Instant rssModified = slow.now();
    private volatile boolean fails = true;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    Cms(long seed) {
        random = new Random(seed);
    }

    record Item(int number, int version, Instant published, boolean deleted) {

        String title() {
            return "Nyhet %d, version %d".formatted(number, version);
        }
    }

    String address(String feed) {
        return (feed.equals("atom") ? fast : slow).address("/" + feed).toString();
    }

    /** Somebody writes, changes or deletes something. */
    synchronized void edit() {
        if (random.nextBoolean()) {
            edit(atom, fast.now(), true);
        } else {
            edit(rss, slow.now(), false);
            rssModified = slow.now();
        }
    }

    private void edit(List<Item> feed, Instant now, boolean hasTombstones) {
        int number = feed.isEmpty() ? 0 : random.nextInt(feed.size());
        int action = random.nextInt(10);
        if (feed.isEmpty() || action < 4) {
            feed.add(new Item(feed.size(), 1, now.truncatedTo(ChronoUnit.SECONDS), false));
        } else if (!feed.get(number).deleted()) {
            Item item = feed.get(number);
            boolean deletes = action == 9 && hasTombstones;
            feed.set(number, new Item(number, item.version() + 1, item.published(), deletes));
        }
    }

    /** The titles of a feed's items. */
    synchronized List<String> titles(String feed) {
        return (feed.equals("atom") ? atom : rss)
                .stream().filter(item -> !item.deleted()).map(Item::title).toList();
    }

    /** Nobody gets an answer until the gate opens. */
    void stall() {
        gate = new CountDownLatch(1);
        stalled.set(0);
    }

    int stalled() {
        return stalled.get();
    }

    void open() {
        gate.countDown();
    }

    void recover() {
        fails = false;
    }

    private void answer(HttpExchange exchange) throws IOException {
        boolean isAtom = exchange.getRequestURI().getPath().equals("/atom");
        int fault = fault();
        try {
            stalled.incrementAndGet();
            gate.await();
            if (fault == 0) {
                Thread.sleep(800);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (isAtom) {
            String feed = atom();
            fail(exchange, fault, feed, () -> sendAtom(exchange, feed));
        } else {
            Rss feed = rss();
            fail(exchange, fault, feed.text(), () -> sendRss(exchange, feed));
        }
    }

    private synchronized int fault() {
        return fails ? random.nextInt(FAULTS) : FAULTS;
    }

    private interface Sending {

        void send() throws IOException;
    }

    private static void fail(HttpExchange exchange, int fault, String feed, Sending whole) throws IOException {
        switch (fault) {
            case 1 -> FeedServer.send(exchange, 500, Map.of(), "Det gick inte.");
            case 2 -> FeedServer.send(exchange, 200, Map.of("ETag", "\"x\""), "<html><body>Underhåll</body></html>");
            case 3 -> FeedServer.send(exchange, 200, Map.of(), feed.substring(0, feed.length() * 2 / 3));
            case 4 -> {
                exchange.sendResponseHeaders(200, feed.length() + 1_000L);
                exchange.getResponseBody().flush();
            }
            default -> whole.send();
        }
    }

    /** What lies before has kept it for longer than it may. */
    private void sendAtom(HttpExchange exchange, String feed) throws IOException {
        String etag = "\"" + HexFormat.of().formatHex(Sha256.of(feed.getBytes(StandardCharsets.UTF_8))) + "\"";
        Map<String, String> headers = Map.of(
                "ETag",
                etag,
                "Last-Modified",
                WrongClock.date(fast.now().plus(ERROR)),
                "Cache-Control",
                "max-age=60",
                "Age",
                "999999999");
        boolean known = etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
        FeedServer.send(exchange, known ? 304 : 200, headers, known ? "" : feed);
    }

    /** Compares times, which are those of whole seconds. */
    private static void sendRss(HttpExchange exchange, Rss feed) throws IOException {
        String modified = WrongClock.date(feed.modified());
        boolean known = modified.equals(exchange.getRequestHeaders().getFirst("If-Modified-Since"));
        FeedServer.send(exchange, known ? 304 : 200, Map.of("Last-Modified", modified), known ? "" : feed.text());
    }

    private synchronized String atom() {
        return "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:at='http://purl.org/atompub/tombstones/1.0'>"
                + "<id>urn:cms</id><title>Kommun</title>"
                + atom.stream().map(Cms::entry).collect(Collectors.joining())
                + "</feed>";
    }

    private static String entry(Item item) {
        return item.deleted()
                ? "<at:deleted-entry ref='urn:cms:%d' when='%s'/>".formatted(item.number(), item.published())
                : "<entry><id>urn:cms:%d</id><title>%s</title><summary>Text.</summary><published>%s</published></entry>"
                        .formatted(item.number(), item.title(), item.published());
    }

    private record Rss(String text, Instant modified) {}

    private synchronized Rss rss() {
        return new Rss(
                "<rss version='2.0'><channel><title>Kommun</title>"
                        + rss.stream().map(this::item).collect(Collectors.joining())
                        + "</channel></rss>",
                rssModified);
    }

    private String item(Item item) {
        return """
            <item><guid isPermaLink="false">uuid:%s;id=%d</guid><link>https://cms.example/%d?utm_source=rss</link>
            <title>%s</title><description>Text.</description><pubDate>%s</pubDate></item>
            """.formatted(
                        new UUID(random.nextLong(), random.nextLong()),
                        item.number(),
                        item.number(),
                        item.title(),
                        item.published());
    }

    @Override
    public void close() {
        open();
        fast.close();
        slow.close();
        server.close();
    }
}
