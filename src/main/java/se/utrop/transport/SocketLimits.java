package se.utrop.transport;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The limits of sockets: of WebSockets and of event streams.
 *
 * @param perNode sockets of a node
 * @param perAddress sockets of a client address
 * @param memoryPerAddress memory of an address's sockets for the documents and variables of their operations, and as much
 *     again for messages that the clients have not taken
 * @param subscriptions operations under way on one WebSocket
 * @param subscriptionsPerClient operations under way on all sockets of a client, which its token identifies, or else its
 *     address
 * @param executions operations of one WebSocket that are executed at once; a subscription that has begun doesn't count
 * @param idSize size of an operation's id, in UTF-8
 * @param messageSize size of a client's message
 * @param messageRate messages of a client per second in the long run
 * @param messageBurst messages of a client at once
 * @param initTimeout time until {@code connection_init}
 * @param lifetime age at which a socket is closed, less up to a fifth, so that clients are spread over the nodes again
 * @param keepAlive time between pings, or between comments of an event stream
 * @param stalled time after which a client that takes nothing is disconnected
 * @param drain time for which a node that stops goes on answering while it closes its sockets
 */
@ConfigurationProperties("utrop.sockets")
record SocketLimits(
        @DefaultValue("20000") int perNode,
        @DefaultValue("2000") int perAddress,
        @DefaultValue("32MB") DataSize memoryPerAddress,
        @DefaultValue("5000") int subscriptions,
        @DefaultValue("10000") int subscriptionsPerClient,
        @DefaultValue("16") int executions,
        @DefaultValue("256B") DataSize idSize,
        @DefaultValue("64KB") DataSize messageSize,
        @DefaultValue("100") int messageRate,
        @DefaultValue("10000") int messageBurst,
        @DefaultValue("10s") Duration initTimeout,
        @DefaultValue("1h") Duration lifetime,
        @DefaultValue("25s") Duration keepAlive,
        @DefaultValue("60s") Duration stalled,
        @DefaultValue("5s") Duration drain) {

    SocketLimits {
        positive("per-node", perNode);
        positive("per-address", perAddress);
        positive("memory-per-address", memoryPerAddress.toBytes());
        positive("subscriptions", subscriptions);
        positive("subscriptions-per-client", subscriptionsPerClient);
        positive("executions", executions);
        positive("id-size", idSize.toBytes());
        positive("message-size", messageSize.toBytes());
        positive("message-rate", messageRate);
        positive("message-burst", messageBurst);
        positive("init-timeout", initTimeout.toMillis());
        positive("lifetime", lifetime.toMillis());
        positive("keep-alive", keepAlive.toMillis());
        positive("stalled", stalled.toMillis());
        if (drain.isNegative()) {
            throw new IllegalArgumentException("utrop.sockets.drain can't be negative");
        }
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("utrop.sockets.%s must be positive".formatted(name));
        }
    }
}
