package se.utrop.transport;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of sockets: WebSockets and event streams.
 *
 * @param perNode sockets of this node
 * @param perAddress sockets of one client address
 * @param memoryPerAddress memory that the sockets of one client address may hold for the documents and variables of
 * their operations, and again as much for messages that have not been taken yet
 * @param subscriptions operations in progress on one WebSocket
 * @param subscriptionsPerClient operations in progress on all sockets of one client: the principal of its token, or
 * else its address
 * @param executions operations of one WebSocket that are executed at the same time; an established subscription does
 * not count
 * @param idSize size of the id that a client gives an operation, in UTF-8
 * @param messageSize size of a message from a client
 * @param messageRate messages per second from one client, on average
 * @param messageBurst messages from one client at once
 * @param initTimeout time until connection_init
 * @param lifetime age at which a socket is closed, so that clients spread evenly over the nodes again; up to a fifth
 * shorter
 * @param keepAlive time between pings, or comments of an event stream
 * @param stalled time for which a client may take no data of a message
 * @param drain time for which the node still answers before it stops, and over which it closes its sockets
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
