package se.utrop.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.graphql.server.WebGraphQlInterceptor;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Mono;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/** Errors that Reactor and Netty hand on to nobody end what they happen in: the client is told, and the node goes on. */
@UtropTest
@TestPropertySource(properties = "utrop.limits.timeout=1s")
class SocketFailureTests {

    private static final String FEED = "subscription { newsFeed { ... on NewsPublished { news { slug body } } } }";

    /** Bytes of a message that can't be made. */
    private static final int TOO_LARGE = 100_000;

    private static volatile boolean nothingCanBeMade;

    private final int port;
    private final Newsroom newsroom;

    SocketFailureTests(@LocalServerPort int port, Newsroom newsroom) {
        this.port = port;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
    }

    @AfterEach
    void mend() {
        nothingCanBeMade = false;
    }

    @ParameterizedTest
    @CsvSource({
        "query AtOnce { __typename }, INTERNAL",
        "query Later { __typename }, TIMEOUT",
        "query Answered { __typename }, INTERNAL",
        "subscription AtOnce { newsFeed { cursor } }, INTERNAL",
        "subscription Later { newsFeed { cursor } }, TIMEOUT"
    })
    void anErrorWhileAnOperationIsExecutedEndsTheOperation(String document, String code) throws Exception {
        try (Socket socket = Socket.ready(port)) {
            socket.subscribe("1", document, Map.of());
            JsonNode error = socket.message("error");
            assertThat(error.get("id").asString()).isEqualTo("1");
            assertThat(error.at("/payload/0/extensions/code").asString()).isEqualTo(code);
            assertGoesOn(socket);
        }
        try (EventStream stream = EventStream.open(port, document, Map.of())) {
            assertThat(stream.answer().at("/errors/0/extensions/code").asString())
                    .isEqualTo(code);
            assertThat(stream.isEnded()).isTrue();
        }
    }

    @Test
    void anErrorWhileAnEventIsMadeIntoAMessageEndsTheSubscription() throws Exception {
        try (Socket socket = Socket.ready(port);
                EventStream stream = EventStream.open(port, FEED, Map.of())) {
            socket.subscribe("1", FEED, Map.of());
            socket.subscribe("2", "subscription { newsFeed { ... on NewsPublished { news { slug } } } }", Map.of());
            socket.ping();
            socket.message("pong");
            newsroom.longArticle("large", "Ord. ".repeat(TOO_LARGE / 5));
            for (int i = 0; i < 2; i++) {
                JsonNode message = socket.message();
                if (message.get("id").asString().equals("1")) {
                    assertThat(message.at("/payload/0/extensions/code").asString())
                            .isEqualTo("INTERNAL");
                } else {
                    assertThat(message.at("/payload/data/newsFeed/news/slug").asString())
                            .isEqualTo("large");
                }
            }
            assertThat(stream.answer().at("/errors/0/extensions/code").asString())
                    .isEqualTo("INTERNAL");
            assertThat(stream.isEnded()).isTrue();
            newsroom.article("next", Instant.EPOCH);
            assertThat(socket.message("next").get("id").asString()).isEqualTo("2");
        }
    }

    @Test
    void anErrorWhileAnAnswerIsMadeIntoAMessageEndsTheOperation() throws Exception {
        newsroom.longArticle("large", "Ord. ".repeat(TOO_LARGE / 5));
        try (Socket socket = Socket.ready(port)) {
            socket.subscribe("1", "{ news { nodes { body } } }", Map.of());
            assertThat(socket.message("error").at("/payload/0/extensions/code").asString())
                    .isEqualTo("INTERNAL");
            assertGoesOn(socket);
        }
    }

    @Test
    void anErrorWhileAMessageIsHandledClosesTheSocket() throws Exception {
        try (Socket socket = Socket.ready(port)) {
            nothingCanBeMade = true;
            socket.ping();
            assertThat(socket.closeCode()).isEqualTo(1011);
        }
        nothingCanBeMade = false;
        try (Socket socket = Socket.ready(port)) {
            assertGoesOn(socket);
        }
    }

    @Test
    void anErrorWhileAMessageIsWrittenClosesTheSocket() throws Exception {
        try (Socket socket = Socket.ready(port);
                Socket another = Socket.ready(port)) {
            socket.subscribe("unwritable", FEED, Map.of());
            another.subscribe("1", FEED, Map.of());
            for (Socket one : new Socket[] {socket, another}) {
                one.ping();
                one.message("pong");
            }
            newsroom.article("a", Instant.EPOCH);
            assertThat(socket.closeCode()).isEqualTo(1011);
            another.message("next");
        }
    }

    private static void assertGoesOn(Socket socket) throws InterruptedException {
        socket.subscribe("after", "{ __typename }", Map.of());
        assertThat(socket.message("next").get("id").asString()).isEqualTo("after");
        socket.message("complete");
    }

    @TestConfiguration
    static class Faults {

        @Bean
        @Order(-1)
        WebGraphQlInterceptor faultyExecution() {
            return Faults::execute;
        }

        private static Mono<WebGraphQlResponse> execute(WebGraphQlRequest request, WebGraphQlInterceptor.Chain chain) {
            if (request.getDocument().contains(" AtOnce ")) {
                throw new NoClassDefFoundError("at once");
            }
            if (request.getDocument().contains(" Later ")) {
                return Mono.delay(Duration.ofMillis(10)).flatMap(done -> {
                    throw new NoClassDefFoundError("later");
                });
            }
            return request.getDocument().contains(" Answered ")
                    ? chain.next(request)
                            .map(response -> response.transform(
                                    builder -> builder.extensions(Map.of("unreadable", new Unreadable()))))
                    : chain.next(request);
        }

        @Bean
        WebServerFactoryCustomizer<NettyReactiveWebServerFactory> faultyPort() {
            return factory -> factory.addServerCustomizers(
                    server -> server.doOnChannelInit((observer, channel, address) -> spoil(channel)));
        }

        private static void spoil(Channel channel) {
            channel.config().setAllocator(new FaultyAllocator());
            channel.pipeline().addLast(new FaultyWriter());
        }
    }

    /** What can't be written as JSON. */
    static final class Unreadable {

        private volatile boolean unreadable = true;

        public String getText() {
            if (unreadable) {
                throw new NoClassDefFoundError("answered");
            }
            return "";
        }
    }

    /** Makes no large message, and at times none. */
    private static final class FaultyAllocator extends AbstractByteBufAllocator {

        @Override
        protected ByteBuf newHeapBuffer(int capacity, int most) {
            return UnpooledByteBufAllocator.DEFAULT.heapBuffer(capacity, most);
        }

        @Override
        protected ByteBuf newDirectBuffer(int capacity, int most) {
            return UnpooledByteBufAllocator.DEFAULT.directBuffer(capacity, most);
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }

        @Override
        public ByteBuf directBuffer(int capacity) {
            if ((nothingCanBeMade || capacity > TOO_LARGE) && isForMessage()) {
                throw new NoClassDefFoundError("message");
            }
            return super.directBuffer(capacity);
        }

        private static boolean isForMessage() {
            return StackWalker.getInstance()
                    .walk(frames ->
                            frames.anyMatch(frame -> frame.getClassName().equals(Client.class.getName())
                                    && frame.getMethodName().equals("buffer")));
        }
    }

    private static final class FaultyWriter extends ChannelOutboundHandlerAdapter {

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
            if (message instanceof TextWebSocketFrame frame
                    && frame.content().toString(StandardCharsets.UTF_8).contains("unwritable")) {
                frame.release();
                throw new NoClassDefFoundError("write");
            }
            super.write(context, message, promise);
        }
    }
}
