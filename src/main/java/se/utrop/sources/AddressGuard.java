package se.utrop.sources;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Refuses connections to addresses that aren't public (server-side request forgery). It checks the very address that is
 * connected to, so neither a redirect nor a name that resolves to something else later (DNS rebinding) gets around it.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA IPv4 special-purpose addresses</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IANA IPv6 special-purpose addresses</a>
 */
final class AddressGuard extends ChannelOutboundHandlerAdapter {

    private static final IpSubnetFilterRule GLOBAL_UNICAST = network("2000::/3");

    private static final List<IpSubnetFilterRule> SPECIAL = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "3fff::/20")
            .map(AddressGuard::network)
            .toList();

    private final Predicate<InetSocketAddress> allowed;

    AddressGuard(Predicate<InetSocketAddress> allowed) {
        this.allowed = allowed;
    }

    private static IpSubnetFilterRule network(String text) {
        int slash = text.indexOf('/');
        return new IpSubnetFilterRule(
                text.substring(0, slash), Integer.parseInt(text.substring(slash + 1)), IpFilterRuleType.ACCEPT);
    }

    static boolean isPublic(InetSocketAddress address) {
        boolean unicast = !(address.getAddress() instanceof Inet6Address) || GLOBAL_UNICAST.matches(address);
        return unicast && SPECIAL.stream().noneMatch(network -> network.matches(address));
    }

    @Override
    public void connect(
            ChannelHandlerContext context, SocketAddress remote, SocketAddress local, ChannelPromise promise)
            throws Exception {
        if (!(remote instanceof InetSocketAddress address) || address.isUnresolved() || !allowed.test(address)) {
            throw new SourceFailure(
                    Outcome.FORBIDDEN,
                    "%s is not a public address: set allow-private-addresses for a server of your own network"
                            .formatted(remote));
        }
        super.connect(context, remote, local, promise);
    }
}
