package se.utrop.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Who counts as one client where nothing but addresses tells clients apart. */
public final class ClientNetwork {

    /** What one customer is given of IPv6, to change the rest as often as it likes. */
    private static final int NETWORK_BYTES = 8;

    private ClientNetwork() {}

    /** The address, or of IPv6 the /64 that it is in. */
    public static String of(@Nullable InetSocketAddress client) {
        InetAddress address = client == null ? null : client.getAddress();
        return switch (address) {
            case null -> client == null ? "" : client.getHostString();
            case Inet6Address wide -> HexFormat.of().formatHex(wide.getAddress(), 0, NETWORK_BYTES) + "/64";
            default -> address.getHostAddress();
        };
    }
}
