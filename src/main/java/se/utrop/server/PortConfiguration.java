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
import tools.jackson.databind.json.JsonMapper;

/** Configures Reactor Netty. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class PortConfiguration {

    /**
     * Concurrent streams of an HTTP/2 connection: the minimum that RFC 9113 recommends. Netty has no limit by default.
     */
    private static final int STREAMS = 100;

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> guardedPort(
            ServerLimits limits, MeterRegistry meters, JsonMapper json) {
        ForwardedClient clients = new ForwardedClient(limits);
        ConnectionCount connections = new ConnectionCount(limits.perAddress(), meters);
        MalformedRequest malformed = new MalformedRequest(json);
        NettyServerCustomizer guarded = server -> server.forwarded((connection, request) -> {
                    request.setUri(RequestTarget.encoded(request.uri()));
                    return clients.resolve(connection, request);
                })
                .mapHandle(malformed::answer)
                .accessLog(limits.accessLog(), AccessLogFormat::line)
                .http2Settings(settings -> settings.maxConcurrentStreams(STREAMS))
                .doOnChannelInit((observer, channel, address) -> {
                    if (!isProxy(clients, channel) && !connections.admit(channel)) {
                        var _ = channel.close();
                    } else {
                        GuardPlacement.guard(channel, limits, malformed);
                    }
                });
        return factory -> factory.addServerCustomizers(guarded);
    }

    private static boolean isProxy(ForwardedClient clients, Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote && clients.isTrusted(remote);
    }
}
