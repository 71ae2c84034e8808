package se.utrop.polling;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import se.utrop.feed.Feed;
import se.utrop.feed.FeedMetrics;
import se.utrop.graphql.Documents;
import se.utrop.graphql.PersistedDocuments;
import se.utrop.transport.Sockets;
import tools.jackson.databind.json.JsonMapper;

/** The feed over plain HTTP on a port of its own, with its own clock and its own places, before the log of the shared node. */
final class TestOrigin implements AutoCloseable {

    private final FeedPages pages;

    private final DisposableServer server;

    private final AtomicInteger requests = new AtomicInteger();

    TestOrigin(BeanFactory node, Feed feed, Duration hold, Clock clock) {
        pages = new FeedPages(feed, new Buckets(hold, clock), new SimpleMeterRegistry());
        pages.start();
        FeedEndpoint endpoint = new FeedEndpoint(
                new FeedQueries(feed),
                pages,
                node.getBean(FeedPageWriter.class),
                node.getBean(PersistedDocuments.class),
                node.getBean(Documents.class),
                node.getBean(Sockets.class),
                node.getBean(FeedMetrics.class),
                node.getBean(JsonMapper.class),
                new SimpleMeterRegistry());
        server = HttpServer.create()
                .port(0)
                .handle(new ReactorHttpHandlerAdapter(WebHttpHandlerBuilder.webHandler(exchange -> {
                            requests.incrementAndGet();
                            return Mono.defer(() -> endpoint.handle(exchange));
                        })
                        .build()))
                .bindNow();
    }

    /** The same address at this origin. */
    URI at(String address) {
        return URI.create("http://localhost:" + server.port() + address);
    }

    int requests() {
        return requests.get();
    }

    /** Answers those that wait, as a node does that stops. */
    void drain() {
        pages.stop();
    }

    @Override
    public void close() {
        pages.stop();
        server.disposeNow();
    }
}
