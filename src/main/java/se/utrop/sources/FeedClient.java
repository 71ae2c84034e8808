package se.utrop.sources;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.info.BuildProperties;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import se.utrop.sources.Claim.Progress;

/**
 * Fetches feeds by conditional requests, within limits of time, size and redirects. Each request has a connection of its
 * own.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests">RFC 9110, Conditional Requests</a>
 */
@Component
@ConditionalOnWebApplication
class FeedClient {

    private static final int MOST_REDIRECTS = 5;

    private static final Set<Integer> PERMANENT = Set.of(301, 308);
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final int HEADER_SIZE = 32 * 1024;

    private static final String ACCEPTED = "application/atom+xml, application/rss+xml, application/feed+json,"
        + " application/rdf+xml, application/cap+xml, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8,"
        + " */*;q=0.5";

    private final HttpClient http;

    private final ReactorResourceFactory resources;

    FeedClient(ReactorResourceFactory resources, ObjectProvider<BuildProperties> build, SourcesProperties properties) {
        this.resources = resources;
        String agent = userAgent(build.getIfAvailable(), properties.publicUrl());
        this.http = HttpClient.newConnection()
                .compress(true)
                .disableRetry(true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .httpResponseDecoder(decoder -> decoder.maxHeaderSize(HEADER_SIZE))
                .headers(headers -> headers.set(HttpHeaderNames.USER_AGENT, agent));
    }

    private static String userAgent(@Nullable BuildProperties build, @Nullable URI publicUrl) {
        String version = build == null ? null : build.getVersion();
        return "Utrop" + (version == null ? "" : "/" + version) + (publicUrl == null ? "" : " (+" + publicUrl + ")");
    }

    /** Fails with nothing but {@link SourceFailure}. */
    Mono<FetchedFeed> fetch(SourceSettings source, Claim claim) {
        URI moved = claim.progress().movedTo();
        return get(source, claim, new Hop(moved == null ? source.url() : moved, moved, false, 0))
                .timeout(source.timeout())
                .onErrorMap(e -> failure(e, source.timeout()));
    }

    /**
     * A request on the way through redirects.
     *
     * @param remembered where only permanent redirects have led
     * @param temporary whether a redirect on the way was temporary
     */
    private record Hop(URI address, @Nullable URI remembered, boolean temporary, int redirects) {

        Hop follow(int status, @Nullable String location) {
            URI target = target(location);
            boolean temporaryNow = temporary || !PERMANENT.contains(status) || losesEncryption(target);
            return new Hop(target, temporaryNow ? remembered : target, temporaryNow, redirects + 1);
        }

        private URI target(@Nullable String location) {
            if (redirects == MOST_REDIRECTS) {
                throw new SourceFailure(Outcome.FORBIDDEN, "more than %d redirects".formatted(MOST_REDIRECTS));
            }
            try {
                URI target = address.resolve(location == null ? "" : location.strip());
                if (location != null && SourceSettings.isWebAddress(target)) {
                    return target;
                }
            } catch (IllegalArgumentException e) {
                // said below
            }
            throw new SourceFailure(
                    Outcome.FORBIDDEN,
                    "a redirect leads to something other than an http or https address: " + location);
        }

        private boolean losesEncryption(URI target) {
            return "https".equalsIgnoreCase(address.getScheme()) && !"https".equalsIgnoreCase(target.getScheme());
        }
    }

    private Mono<FetchedFeed> get(SourceSettings source, Claim claim, Hop hop) {
        return client(source)
                .headers(headers -> condition(headers, claim))
                .get()
                .uri(hop.address())
                .response((response, body) -> Flux.defer(() -> read(source, hop, response, body)))
                .next()
                .flatMap(answer -> switch (answer) {
                    case Answer.Redirect(Hop next) -> get(source, claim, next);
                    case Answer.Feed(FetchedFeed feed) -> Mono.just(feed);
                });
    }

    private sealed interface Answer {

        record Redirect(Hop next) implements Answer {}

        record Feed(FetchedFeed feed) implements Answer {}
    }

    private HttpClient client(SourceSettings source) {
        HttpClient client = http.runOn(resources.getLoopResources());
        return source.allowPrivateAddresses()
                ? client
                : client.doOnChannelInit(
                        (observer, channel, remote) -> channel.pipeline().addFirst(guard()));
    }

    AddressGuard guard() {
        return new AddressGuard(AddressGuard::isPublic);
    }

    private static void condition(HttpHeaders headers, Claim claim) {
        Progress progress = claim.progress();
        headers.set(HttpHeaderNames.ACCEPT, ACCEPTED);
        if (progress.etag() != null) {
            headers.set(HttpHeaderNames.IF_NONE_MATCH, progress.etag());
        }
        if (progress.lastModified() != null) {
            headers.set(HttpHeaderNames.IF_MODIFIED_SINCE, progress.lastModified());
        }
        if (claim.announced()) {
            headers.set(HttpHeaderNames.CACHE_CONTROL, "no-cache");
        }
    }

    private static Flux<Answer> read(SourceSettings source, Hop hop, HttpClientResponse response, ByteBufFlux body) {
        int status = response.status().code();
        HttpHeaders headers = response.responseHeaders();
        if (REDIRECTS.contains(status)) {
            return Flux.just(new Answer.Redirect(hop.follow(status, headers.get(HttpHeaderNames.LOCATION))));
        }
        if (status == 304) {
            return Flux.just(new Answer.Feed(feed(hop, headers, null)));
        }
        if (status != 200) {
            return Flux.error(new SourceFailure(
                    Outcome.REFUSED,
                    "%s answered %d".formatted(hop.address(), status),
                    CachingHeaders.retryAfter(headers, Instant.now())));
        }
        return body.collect(() -> new LimitedContent(source.maxSize().toBytes()), LimitedContent::add)
                .<Answer>map(content -> new Answer.Feed(feed(hop, headers, content.resource())))
                .flux();
    }

    private static FetchedFeed feed(Hop hop, HttpHeaders headers, @Nullable ByteArrayResource body) {
        Instant now = Instant.now();
        return new FetchedFeed(
                hop.address(),
                hop.remembered(),
                CachingHeaders.etag(headers),
                CachingHeaders.lastModified(headers, now),
                CachingHeaders.sent(headers, now),
                CachingHeaders.freshFor(headers),
                HubLinks.ofHeaders(headers.getAll("Link"), hop.address()),
                body);
    }

    /** An uncompressed body. */
    private static final class LimitedContent {

        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private final long limit;

        LimitedContent(long limit) {
            this.limit = limit;
        }

        void add(ByteBuf part) {
            if (content.size() + (long) part.readableBytes() > limit) {
                throw new SourceFailure(Outcome.TOO_LARGE, "the answer has more than %,d bytes".formatted(limit));
            }
            byte[] bytes = new byte[part.readableBytes()];
            part.readBytes(bytes);
            content.writeBytes(bytes);
        }

        ByteArrayResource resource() {
            return new ByteArrayResource(content.toByteArray());
        }
    }

    private static SourceFailure failure(Throwable e, Duration timeout) {
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(e);
        if (cause instanceof SourceFailure known) {
            return known;
        }
        return cause instanceof TimeoutException
                ? new SourceFailure(Outcome.TIMEOUT, "no complete answer within %d ms".formatted(timeout.toMillis()))
                : new SourceFailure(Outcome.UNREACHABLE, cause);
    }

    /**
     * Posts a form to a hub.
     *
     * @return the status of the answer
     */
    Mono<Integer> post(SourceSettings source, URI hub, String form) {
        return client(source)
                .headers(headers -> headers.set(HttpHeaderNames.CONTENT_TYPE, "application/x-www-form-urlencoded"))
                .post()
                .uri(hub)
                .send(Mono.fromSupplier(() -> Unpooled.copiedBuffer(form, StandardCharsets.UTF_8)))
                .response()
                .map(response -> response.status().code())
                .timeout(source.timeout())
                .onErrorMap(e -> failure(e, source.timeout()));
    }
}
