package se.utrop.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Identifies an anonymous client by its network address. */
public final class ClientNetwork {

    /** The prefix length of an IPv6 network, in bytes. A customer usually gets a /64 and may use any address in it. */
    private static final int NETWORK_BYTES = 8;

    private ClientNetwork() {}

    /** The IPv4 address, or the /64 network of an IPv6 address. */
    public static String of(@Nullable InetSocketAddress client) {
        InetAddress address = client == null ? null : client.getAddress();
        return switch (address) {
            case null -> client == null ? "" : client.getHostString();
            case Inet6Address wide -> HexFormat.of().formatHex(wide.getAddress(), 0, NETWORK_BYTES) + "/64";
            default -> address.getHostAddress();
        };
    }
}
