package se.utrop.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerUpgradeHandler.UpgradeEvent;
import io.netty.handler.codec.http2.CleartextHttp2ServerUpgradeHandler.PriorKnowledgeUpgradeEvent;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import reactor.netty.NettyPipeline;

/**
 * Adds the guard of a connection's protocol behind its codec and, for HTTP/1.1, the handler of malformed requests. If
 * HTTP/2 is enabled, the client chooses the protocol by ALPN, by an HTTP/1.1 upgrade, or by prior knowledge. Until then
 * the connection is guarded as HTTP/1.1.
 */
final class GuardPlacement extends ChannelInboundHandlerAdapter {

    private static final String GUARD = "utrop.guard";

    private static final String MALFORMED = "utrop.malformedRequest";

    private static final String PLACEMENT = "utrop.guardPlacement";

    private final ServerLimits limits;

    private final MalformedRequest malformed;

    private final long opened = System.nanoTime();

    private GuardPlacement(ServerLimits limits, MalformedRequest malformed) {
        this.limits = limits;
        this.malformed = malformed;
    }

    static void guard(Channel channel, ServerLimits limits, MalformedRequest malformed) {
        ChannelPipeline pipeline = channel.pipeline();
        GuardPlacement placement = new GuardPlacement(limits, malformed);
        if (pipeline.get(NettyPipeline.H2OrHttp11Codec) != null) {
            pipeline.addAfter(NettyPipeline.H2OrHttp11Codec, PLACEMENT, placement);
            pipeline.addAfter(PLACEMENT, GUARD, placement.http1());
        } else {
            placement.place(pipeline);
            if (pipeline.get(NettyPipeline.H2CUpgradeHandler) != null) {
                pipeline.addBefore(NettyPipeline.HttpTrafficHandler, PLACEMENT, placement);
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (settlesProtocol(event)) {
            place(context.pipeline());
        }
        super.userEventTriggered(context, event);
    }

    private static boolean settlesProtocol(Object event) {
        return event instanceof SslHandshakeCompletionEvent
                || event instanceof UpgradeEvent
                || event instanceof PriorKnowledgeUpgradeEvent;
    }

    private void place(ChannelPipeline pipeline) {
        ChannelHandlerContext http2 = pipeline.context(Http2FrameCodec.class);
        ChannelHandlerContext codec = http2 == null ? pipeline.context(HttpServerCodec.class) : http2;
        if (codec == null) {
            return;
        }
        remove(GUARD, pipeline);
        remove(MALFORMED, pipeline);
        pipeline.addAfter(codec.name(), GUARD, http2 == null ? http1() : http2((Http2FrameCodec) http2.handler()));
        if (http2 == null) {
            pipeline.addAfter(GUARD, MALFORMED, malformed.handler());
        }
    }

    private static void remove(String handler, ChannelPipeline pipeline) {
        if (pipeline.get(handler) != null) {
            pipeline.remove(handler);
        }
    }

    private SlowClientGuard http1() {
        return new ConnectionGuard(limits, opened);
    }

    private SlowClientGuard http2(Http2FrameCodec codec) {
        return new Http2Guard(limits, codec, opened);
    }
}
