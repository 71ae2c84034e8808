package se.utrop.database;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.nio.charset.StandardCharsets;

/**
 * Removes {@code extra_float_digits} from a startup message. The driver always sends it, and PgBouncer by default refuses a
 * client that does. PostgreSQL 12 and later lose no digits without it.
 *
 * @see <a href="https://www.postgresql.org/docs/18/protocol-message-formats.html">StartupMessage</a>
 */
final class StartupParameterFilter extends ChannelOutboundHandlerAdapter {

    private static final String REMOVED = "extra_float_digits";

    /** Protocol 3.0, where a cancel request has a code of its own. */
    private static final int PROTOCOL = 3 << 16;

    private static final int PROTOCOL_INDEX = Integer.BYTES;

    private static final int PARAMETERS_INDEX = PROTOCOL_INDEX + Integer.BYTES;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        context.pipeline().remove(this);
        var _ = context.write(
                message instanceof ByteBuf startup && isStartup(startup) ? filtered(startup) : message, promise);
    }

    private static boolean isStartup(ByteBuf message) {
        return message.readableBytes() > PARAMETERS_INDEX
                && message.getInt(message.readerIndex() + PROTOCOL_INDEX) == PROTOCOL;
    }

    private static ByteBuf filtered(ByteBuf startup) {
        try {
            ByteBuf kept = startup.alloc().buffer(startup.readableBytes());
            kept.writeInt(0).writeInt(PROTOCOL);
            startup.skipBytes(PARAMETERS_INDEX);
            while (startup.getByte(startup.readerIndex()) != 0) {
                ByteBuf name = readString(startup);
                ByteBuf value = readString(startup);
                if (!isRemoved(name)) {
                    kept.writeBytes(name).writeBytes(value);
                }
            }
            kept.writeByte(0);
            return kept.setInt(0, kept.readableBytes());
        } finally {
            startup.release();
        }
    }

    /** With the zero byte that ends it. */
    private static ByteBuf readString(ByteBuf message) {
        return message.readSlice(message.bytesBefore((byte) 0) + 1);
    }

    private static boolean isRemoved(ByteBuf name) {
        return REMOVED.equals(name.toString(name.readerIndex(), name.readableBytes() - 1, StandardCharsets.US_ASCII));
    }
}
