package se.utrop.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/** Enforces the timeouts of an HTTP/1.1 connection. Its place in the pipeline is behind the codec. */
final class ConnectionGuard extends SlowClientGuard {

    /** Requests without a complete response. */
    private int pending;

    /** Whether a request's headers have arrived, but its body is incomplete. */
    private boolean receiving;

    /** Whether the response is an event stream, which has its own limits. */
    private boolean streaming;

    /** Whether the message being written is a final response, not an informational one. */
    private boolean answering = true;

    ConnectionGuard(ServerLimits limits, long opened) {
        super(limits, opened);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof HttpRequest) {
            receiving = true;
            waits();
        }
        if (message instanceof LastHttpContent) {
            receiving = false;
            pending++;
        }
        super.channelRead(context, message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        super.write(context, message, promise);
        if (message instanceof HttpResponse response) {
            responseStarts(context, response);
        }
        if (message instanceof LastHttpContent && answering) {
            pending--;
            streaming = false;
            served();
        }
    }

    private void responseStarts(ChannelHandlerContext context, HttpResponse response) {
        if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            // a WebSocket has its own limits until the connection ends
            context.pipeline().remove(this);
        }
        answering = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
        streaming = isEventStream(response.headers().get(HttpHeaderNames.CONTENT_TYPE));
    }

    static boolean isEventStream(@Nullable CharSequence type) {
        return type != null && type.toString().startsWith("text/event-stream");
    }

    @Override
    boolean isExempt() {
        return streaming;
    }

    @Override
    long left(ChannelHandlerContext context, long now) {
        if (receiving) {
            return limits().body().toNanos() - (now - since());
        }
        return pending > 0 ? limits().stalled().toNanos() : leftForHead(now);
    }
}
