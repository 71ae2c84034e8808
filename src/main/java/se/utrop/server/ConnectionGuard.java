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

/** Guards a connection that speaks HTTP/1.1, from behind its codec. */
final class ConnectionGuard extends SlowClientGuard {

    /** Requests that aren't answered yet. */
    private int asked;

    /** Whether the headers of a request are there, and its body isn't. */
    private boolean receiving;

    /** Whether an event stream is being written, which has limits of its own. */
    private boolean streaming;

    /** Whether the end of the message that is being written is the end of an answer. */
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
            asked++;
        }
        super.channelRead(context, message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        super.write(context, message, promise);
        if (message instanceof HttpResponse response) {
            begins(context, response);
        }
        if (message instanceof LastHttpContent && answering) {
            asked--;
            streaming = false;
            served();
        }
    }

    private void begins(ChannelHandlerContext context, HttpResponse response) {
        if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            // a WebSocket has limits of its own until the connection ends
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
        return asked > 0 ? limits().stalled().toNanos() : leftForHead(now);
    }
}
