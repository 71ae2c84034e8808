package se.utrop.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * A bare Reactor Netty that knows no GraphQL: it makes one text of an event and writes it to all sockets. What a server
 * on it costs beyond this is its own.
 */
final class Floor {

    private static final String ACK = "{\"type\":\"connection_ack\"}";

    private final ChannelGroup webSockets = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup eventStreams = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    /** Arguments: port, address of the database. */
    public static void main(String[] arguments) throws SQLException {
        Floor floor = new Floor();
        try (Connection connection = DriverManager.getConnection(arguments[1])) {
            HttpServer.create()
                    .host("127.0.0.1")
                    .port(Integer.parseInt(arguments[0]))
                    .route(routes -> routes.ws(
                                    "/graphql",
                                    floor::webSocket,
                                    WebsocketServerSpec.builder()
                                            .protocols("graphql-transport-ws")
                                            .build())
                            .post("/graphql", floor::eventStream))
                    .bindNow();
            floor.follow(connection);
        }
    }

    private Publisher<Void> webSocket(WebsocketInbound in, WebsocketOutbound out) {
        in.withConnection(connection -> webSockets.add(connection.channel()));
        return in.receive()
                .asString()
                .filter(message -> message.contains("connection_init"))
                .doOnNext(init -> in.withConnection(connection -> {
                    var _ = connection.channel().writeAndFlush(new TextWebSocketFrame(ACK));
                }))
                .then();
    }

    private Publisher<Void> eventStream(HttpServerRequest request, HttpServerResponse response) {
        return request.receive()
                .then(response.sse().sendHeaders().then())
                .doOnSuccess(sent -> request.withConnection(connection -> eventStreams.add(connection.channel())))
                .then(Mono.never());
    }

    private void follow(Connection connection) throws SQLException {
        try (Statement listen = connection.createStatement();
                PreparedStatement read = connection.prepareStatement("""
                    select e.position, e.occurred_at, n.id, n.slug, n.title, n.summary, n.published_at, (
                        select string_agg(format('{"slug":"%s","name":"%s"}', t.slug, t.name), ',')
                        from news_topic nt join topic t on t.id = nt.topic_id
                        where nt.news_id = n.id) as topics
                    from event e join news n on n.id = e.news_id
                    where e.position > ?
                    order by e.position
                    """)) {
            listen.execute("listen utrop_feed");
            for (long position = 0; ; ) {
                connection.unwrap(PGConnection.class).getNotifications(0);
                read.setLong(1, position);
                try (ResultSet event = read.executeQuery()) {
                    while (event.next()) {
                        position = event.getLong("position");
                        write(answer(event, position));
                    }
                }
            }
        }
    }

    private void write(String answer) {
        String next = "{\"id\":\"1\",\"type\":\"next\",\"payload\":" + answer + "}";
        var _ = webSockets.writeAndFlush(new TextWebSocketFrame(direct(next)));
        var _ = eventStreams.writeAndFlush(new DefaultHttpContent(direct("event:next\ndata:" + answer + "\n\n")));
    }

    private static ByteBuf direct(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Unpooled.directBuffer(bytes.length).writeBytes(bytes);
    }

    /** None of the benchmark's texts needs escaping. */
    private static String answer(ResultSet event, long position) throws SQLException {
        return """
            {"data":{"newsFeed":{"cursor":"%d","previousCursor":"%d","occurredAt":"%s",\
            "news":{"id":"%s","slug":"%s","title":"%s","summary":"%s","publishedAt":"%s","topics":[%s]}}}}\
            """.formatted(
                        position,
                        position - 1,
                        event.getString("occurred_at"),
                        event.getString("id"),
                        event.getString("slug"),
                        event.getString("title"),
                        event.getString("summary"),
                        event.getString("published_at"),
                        event.getString("topics"));
    }
}
