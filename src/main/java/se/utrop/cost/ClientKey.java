package se.utrop.cost;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Whose budget a request is charged to. */
final class ClientKey {

    /** What one customer is given of IPv6, as often as it likes to change the rest. */
    private static final int NETWORK_BYTES = 8;

    private ClientKey() {}

    static String of(@Nullable InetSocketAddress client) {
        InetAddress address = client == null ? null : client.getAddress();
        return switch (address) {
            case null -> client == null ? "" : client.getHostString();
            case Inet6Address wide -> HexFormat.of().formatHex(wide.getAddress(), 0, NETWORK_BYTES) + "/64";
            default -> address.getHostAddress();
        };
    }
}
