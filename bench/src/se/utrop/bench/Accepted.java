package se.utrop.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A few clients that ask one thing after the other beside a load, and time what is answered apart from what is refused. */
final class Accepted implements AutoCloseable {

    private static final int CLIENTS = 4;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI address;
    private final String beginning;
    private final Iterator<String> variables;
    private final List<Double> answered = Collections.synchronizedList(new ArrayList<>());
    private final List<Double> refused = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch ended = new CountDownLatch(CLIENTS);

    private volatile boolean over;

    Accepted(int port, String path, String document, List<String> variables) {
        this.address = URI.create("http://127.0.0.1:" + port + path);
        this.beginning = Http.beginning(document);
        this.variables = variables.iterator();
        for (int i = 0; i < CLIENTS; i++) {
            Thread.ofVirtual().start(this::ask);
        }
    }

    /** In milliseconds. */
    record Times(double median, double p99, double refused) {}

    Times times() throws InterruptedException {
        over = true;
        ended.await();
        return new Times(percentile(answered, 0.5), percentile(answered, 0.99), percentile(refused, 0.99));
    }

    private static double percentile(List<Double> times, double share) {
        List<Double> sorted = times.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((int) (share * (sorted.size() - 1)));
    }

    private void ask() {
        try {
            while (!over) {
                HttpRequest request = HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(beginning + next() + "}"))
                        .build();
                long start = System.nanoTime();
                int status = http.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                (status == 200 ? answered : refused).add((System.nanoTime() - start) / 1e6);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            ended.countDown();
        }
    }

    private synchronized String next() {
        return variables.next();
    }

    @Override
    public void close() {
        over = true;
        http.close();
    }
}
