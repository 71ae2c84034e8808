package se.utrop.polling;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A shared cache before several origins: it keeps an answer for as long as its headers say, and collapses requests for the same
 * address.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9111">RFC 9111</a>
 */
final class SharedCache {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final Pattern SHARED_AGE = Pattern.compile("(?:^|, )s-maxage=(\\d+)");

    private final List<TestOrigin> origins;

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    SharedCache(List<TestOrigin> origins) {
        this.origins = origins;
    }

    private static final class Entry {

        private final CompletableFuture<HttpResponse<String>> response = new CompletableFuture<>();

        /** In nanoseconds; null while the response is awaited. */
        private final AtomicReference<@Nullable Long> freshUntil = new AtomicReference<>();

        boolean isUsable() {
            Long until = freshUntil.get();
            return until == null || System.nanoTime() - until < 0;
        }
    }

    /** The answer to a GET, from the cache or from one of the origins. */
    HttpResponse<String> get(String address) throws Exception {
        Entry fresh = new Entry();
        Entry entry =
                entries.compute(address, (key, present) -> present != null && present.isUsable() ? present : fresh);
        if (entry == fresh) {
            fetch(address, fresh);
        }
        HttpResponse<String> response = entry.response.get();
        return isKept(response) || entry == fresh ? response : get(address);
    }

    private void fetch(String address, Entry entry) throws IOException, InterruptedException {
        TestOrigin origin = origins.get(ThreadLocalRandom.current().nextInt(origins.size()));
        HttpResponse<String> response = HTTP.send(
                HttpRequest.newBuilder(origin.at(address))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.headers().allValues("Vary")).isSubsetOf("Accept-Encoding");
        entry.freshUntil.set(System.nanoTime() + sharedAge(response).toNanos());
        if (!isKept(response)) {
            entries.remove(address, entry);
        }
        entry.response.complete(response);
    }

    private static boolean isKept(HttpResponse<String> response) {
        return !sharedAge(response).isZero();
    }

    private static Duration sharedAge(HttpResponse<String> response) {
        String control = response.headers().firstValue("Cache-Control").orElse("");
        return control.contains("no-store") || control.contains("private")
                ? Duration.ZERO
                : SHARED_AGE
                        .matcher(control)
                        .results()
                        .findFirst()
                        .map((MatchResult age) -> Duration.ofSeconds(Long.parseLong(age.group(1))))
                        .orElse(Duration.ZERO);
    }
}
