package se.utrop.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Limits the open TCP connections of each address. */
final class ConnectionCount {

    private final int limit;

    private final Counter refused;

    private final Map<String, Integer> open = new ConcurrentHashMap<>();

    ConnectionCount(int limit, MeterRegistry meters) {
        this.limit = limit;
        this.refused = Counter.builder("utrop.server.refused")
                .description("Connections closed because their address had too many")
                .register(meters);
    }

    /** Counts a connection until it is closed; false if it exceeds the limit. */
    boolean admit(Channel channel) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
            return true;
        }
        String address = ClientNetwork.of(remote);
        int now = open.merge(address, 1, Integer::sum);
        var _ = channel.closeFuture()
                .addListener(closed -> open.computeIfPresent(address, (key, n) -> n == 1 ? null : n - 1));
        if (now > limit) {
            refused.increment();
        }
        return now <= limit;
    }
}
