package se.utrop.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Sets Reactor Netty up. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class PortConfiguration {

    /** Of one HTTP/2 connection at a time: what RFC 9113 recommends at least. Netty has no limit. */
    private static final int STREAMS = 100;

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> guardedPort(ServerLimits limits, MeterRegistry meters) {
        ForwardedClient clients = new ForwardedClient(limits);
        ConnectionCount connections = new ConnectionCount(limits.perAddress(), meters);
        NettyServerCustomizer guarded = server -> server.forwarded(clients::see)
                .http2Settings(settings -> settings.maxConcurrentStreams(STREAMS))
                .doOnChannelInit((observer, channel, address) -> {
                    if (!isProxy(clients, channel) && !connections.admit(channel)) {
                        var _ = channel.close();
                    } else {
                        GuardPlacement.guard(channel, limits);
                    }
                });
        return factory -> factory.addServerCustomizers(guarded);
    }

    private static boolean isProxy(ForwardedClient clients, Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote && clients.isTrusted(remote);
    }
}
