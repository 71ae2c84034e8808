package se.utrop.transport;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What WebSockets and event streams, here both called sockets, may take.
 *
 * @param perNode sockets of this node
 * @param perAddress sockets of one client address
 * @param subscriptions operations under way on one WebSocket
 * @param messageSize size of a message from a client
 * @param messageRate messages a second from one client, in the long run
 * @param messageBurst messages from one client at once
 * @param initTimeout time until connection_init
 * @param lifetime age at which a socket is closed, so that clients spread anew over the nodes; each lives up to a fifth
 *     shorter
 * @param keepAlive time between pings, or comments of an event stream
 * @param stalled time that a client may take nothing of what is being sent
 * @param drain time over which sockets are closed when the node stops
 */
@ConfigurationProperties("utrop.sockets")
record ConnectionLimits(
        @DefaultValue("20000") int perNode,
        @DefaultValue("2000") int perAddress,
        @DefaultValue("5000") int subscriptions,
        @DefaultValue("64KB") DataSize messageSize,
        @DefaultValue("100") int messageRate,
        @DefaultValue("10000") int messageBurst,
        @DefaultValue("10s") Duration initTimeout,
        @DefaultValue("1h") Duration lifetime,
        @DefaultValue("25s") Duration keepAlive,
        @DefaultValue("60s") Duration stalled,
        @DefaultValue("5s") Duration drain) {

    ConnectionLimits {
        positive("per-node", perNode);
        positive("per-address", perAddress);
        positive("subscriptions", subscriptions);
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
