package se.utrop.database;

import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.client.EncodedParameter;
import io.r2dbc.postgresql.codec.Codec;
import io.r2dbc.postgresql.extension.CodecRegistrar;
import io.r2dbc.postgresql.message.Format;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import se.utrop.sql.RowValue;

/** Decodes rows that are composite values, which the driver does not decode itself. */
final class RowValueCodec implements Codec<RowValue> {

    static final CodecRegistrar REGISTRAR = (connection, allocator, codecs) -> {
        codecs.addLast(new RowValueCodec());
        return Mono.empty();
    };

    /** {@code record} in pg_type.dat. */
    private static final int RECORD = 2249;

    @Override
    public boolean canDecode(int dataType, Format format, Class<?> type) {
        return dataType == RECORD && format == Format.FORMAT_BINARY && type == RowValue.class;
    }

    @Override
    public @Nullable RowValue decode(
            @Nullable ByteBuf buffer, int dataType, Format format, Class<? extends RowValue> type) {
        if (buffer == null) {
            return null;
        }
        byte[] content = new byte[buffer.readableBytes()];
        buffer.readBytes(content);
        return new RowValue(content);
    }

    @Override
    public boolean canEncode(Object value) {
        return false;
    }

    @Override
    public boolean canEncodeNull(Class<?> type) {
        return false;
    }

    @Override
    public EncodedParameter encode(Object value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public EncodedParameter encode(Object value, int dataType) {
        throw new UnsupportedOperationException();
    }

    @Override
    public EncodedParameter encodeNull() {
        throw new UnsupportedOperationException();
    }
}
