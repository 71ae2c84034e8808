package se.utrop.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Which event reached which subscriber, and when. One thread publishes, another one notes what arrives. */
final class Deliveries {

    private static final int MOST_EVENTS = 1 << 18;

    private final int subscribers;
    private final AtomicReferenceArray<Event> events = new AtomicReferenceArray<>(MOST_EVENTS);
    private final int[] latest;
    private final long[] latestCursor;

    private final AtomicInteger repeats = new AtomicInteger();
    private final AtomicInteger disorder = new AtomicInteger();
    private final AtomicInteger brokenChains = new AtomicInteger();
    private final AtomicInteger gone = new AtomicInteger();

    Deliveries(int subscribers) {
        this.subscribers = subscribers;
        this.latest = new int[subscribers];
        this.latestCursor = new long[subscribers];
    }

    /** An event that is about to be published. */
    Event expect(int number) {
        Event event = new Event();
        events.set(number, event);
        return event;
    }

    /**
     * @param cursor a hash of the event's cursor
     * @param previousCursor the same of the one before; 0 where the server doesn't tell
     */
    void arrived(int subscriber, int number, long cursor, long previousCursor, long now) {
        Event event = events.get(number);
        if (event == null ? number <= latest[subscriber] : event.arrivedAt[subscriber] != 0) {
            repeats.incrementAndGet();
            return;
        }
        if (number < latest[subscriber]) {
            disorder.incrementAndGet();
        }
        if (previousCursor != 0 && latestCursor[subscriber] != 0 && previousCursor != latestCursor[subscriber]) {
            brokenChains.incrementAndGet();
        }
        latest[subscriber] = Math.max(latest[subscriber], number);
        latestCursor[subscriber] = cursor;
        if (event != null) {
            event.arrived(subscriber, now);
        }
    }

    /** A subscriber that no later event waits for. */
    void leave() {
        gone.incrementAndGet();
    }

    /** Of all events since the last time that they were forgotten. */
    Summary summary() {
        List<int[]> delays = IntStream.range(0, MOST_EVENTS)
                .mapToObj(events::get)
                .filter(event -> event != null)
                .map(Event::delays)
                .toList();
        long count = delays.stream().mapToLong(delay -> delay.length).sum();
        long misses = delays.size() * (long) subscribers - count;
        List<int[]> heard = delays.stream().filter(delay -> delay.length > 0).toList();
        return new Summary(
                overEvents(heard, delay -> delay[0]),
                overEvents(heard, delay -> percentile(delay, 50)),
                overEvents(heard, delay -> percentile(delay, 99)),
                overEvents(heard, delay -> delay[delay.length - 1]),
                "%d, %s, %s, %s".formatted(misses, repeats, disorder, brokenChains),
                count);
    }

    void forget() {
        for (int i = 0; i < MOST_EVENTS; i++) {
            events.set(i, null);
        }
        List.of(repeats, disorder, brokenChains).forEach(count -> count.set(0));
    }

    private static String overEvents(List<int[]> delays, ToDoubleFunction<int[]> measure) {
        double[] sorted = delays.stream().mapToDouble(measure).sorted().toArray();
        return sorted.length == 0
                ? "–"
                : "%.1f, worst %.1f"
                        .formatted(sorted[(sorted.length - 1) / 2] / 1000, sorted[sorted.length - 1] / 1000);
    }

    private static int percentile(int[] sorted, int percent) {
        return sorted[(int) Math.ceil(sorted.length * percent / 100.0) - 1];
    }

    /** In milliseconds, each "the median event's, worst the worst event's". */
    record Summary(String first, String median, String p99, String last, String faults, long count) {}

    final class Event {

        private final long expectedAt = System.nanoTime();
        private final CountDownLatch left = new CountDownLatch(subscribers - gone.get());

        /** In microseconds from when it was expected; 0 is not yet. */
        private final int[] arrivedAt = new int[subscribers];

        private volatile int committedAt;

        void committed(long now) {
            committedAt = since(now);
        }

        boolean awaitAll(Duration patience) throws InterruptedException {
            return left.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        }

        private void arrived(int subscriber, long now) {
            arrivedAt[subscriber] = Math.max(1, since(now));
            left.countDown();
        }

        private int since(long now) {
            return (int) ((now - expectedAt) / 1000);
        }

        private int[] delays() {
            return Arrays.stream(arrivedAt)
                    .filter(at -> at != 0)
                    .map(at -> at - committedAt)
                    .sorted()
                    .toArray();
        }
    }
}
