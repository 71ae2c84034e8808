package se.utrop.importing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Fetches a document from the web into a file. Redirections are followed, but not from https to http. Private addresses are
 * fetched too, because whoever runs the command chooses the address.
 */
@Component
class Download {

    private static final String ACCEPTED =
            "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5";

    /** Of {@link BodyHandlers#limiting}. */
    private static final String EXCEEDS = "body exceeds capacity";

    private final ImportProperties properties;

    Download(ImportProperties properties) {
        this.properties = properties;
    }

    /** Fails with {@link ImportRefused}, which says what to change. */
    Mono<Void> fetch(String address, Path file) {
        return Mono.using(this::client, client -> fetch(client, address, file), HttpClient::shutdownNow)
                .timeout(properties.timeout())
                .onErrorMap(TimeoutException.class, e -> refused(address, tooSlow(), e))
                .onErrorMap(IOException.class, e -> refused(address, reason(e), e));
    }

    private HttpClient client() {
        return HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(properties.timeout())
                .build();
    }

    private Mono<Void> fetch(HttpClient client, String address, Path file) {
        HttpResponse.BodyHandler<Path> handler = BodyHandlers.limiting(
                BodyHandlers.ofFile(file), properties.maxSize().toBytes());
        return Mono.fromCallable(() -> request(address))
                .flatMap(request -> Mono.fromFuture(() -> client.sendAsync(request, handler)))
                .doOnNext(response -> requireFound(address, response))
                .then();
    }

    private static HttpRequest request(String address) {
        String written = WebAddress.of(address, null);
        if (written == null) {
            throw refused(address, "is not an address: write it like https://www.example.se/news.atom", null);
        }
        return HttpRequest.newBuilder(URI.create(written))
                .header("User-Agent", "Utrop")
                .header("Accept", ACCEPTED)
                .build();
    }

    private static void requireFound(String address, HttpResponse<Path> response) {
        int status = response.statusCode();
        if (status != 200) {
            throw refused(address, "answers with the status %d: %s".formatted(status, advice(status)), null);
        }
    }

    private static String advice(int status) {
        return switch (status / 100) {
            case 3 -> "name the address that it leads to";
            case 4 -> "check the address";
            default -> "try again later";
        };
    }

    private String reason(IOException e) {
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(e);
        if (String.valueOf(cause.getMessage()).startsWith(EXCEEDS)) {
            return "is larger than %,d bytes: set utrop.import.max-size to more"
                    .formatted(properties.maxSize().toBytes());
        }
        return "can't be reached (%s): check the address and the network"
                .formatted(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
    }

    private String tooSlow() {
        return "can't be fetched in %d seconds: try again, or set utrop.import.timeout to more"
                .formatted(properties.timeout().toSeconds());
    }

    private static ImportRefused refused(String address, String reason, @Nullable Throwable cause) {
        return new ImportRefused(reason, cause).in(address);
    }
}
