package se.utrop.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** The part of {@link Socket} that the JDBC driver uses, for a Unix socket. The JDK has a channel for these, but no socket. */
final class UnixSocket extends Socket {

    private final UnixDomainSocketAddress address;

    private final SocketChannel channel;

    private final Selector selector;

    private volatile Duration timeout = Duration.ZERO;

    UnixSocket(UnixDomainSocketAddress address) throws IOException {
        this.address = address;
        this.channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        this.selector = Selector.open();
    }

    @Override
    public void connect(SocketAddress endpoint, int millis) throws IOException {
        channel.connect(address);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public InputStream getInputStream() {
        return new Input();
    }

    @Override
    public OutputStream getOutputStream() {
        return new Output();
    }

    /** Waits until the channel can be read from or written to. */
    private void await(int operation) throws IOException {
        try {
            channel.keyFor(selector).interestOps(operation);
            if (selector.select(timeout.toMillis()) == 0) {
                throw new SocketTimeoutException("No answer within " + timeout.toMillis() + " ms");
            }
            selector.selectedKeys().clear();
        } catch (ClosedSelectorException e) {
            throw new SocketException("The socket is closed", e);
        }
    }

    @Override
    public void setSoTimeout(int millis) {
        timeout = Duration.ofMillis(millis);
    }

    @Override
    public int getSoTimeout() {
        return Math.toIntExact(timeout.toMillis());
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        set(StandardSocketOptions.SO_SNDBUF, size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return get(StandardSocketOptions.SO_SNDBUF);
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        set(StandardSocketOptions.SO_RCVBUF, size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return get(StandardSocketOptions.SO_RCVBUF);
    }

    private void set(SocketOption<Integer> option, int size) throws SocketException {
        try {
            channel.setOption(option, size);
        } catch (IOException e) {
            throw new SocketException(e);
        }
    }

    private int get(SocketOption<Integer> option) throws SocketException {
        try {
            return channel.getOption(option);
        } catch (IOException e) {
            throw new SocketException(e);
        }
    }

    /** Options of TCP alone are without effect. */
    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public boolean getTcpNoDelay() {
        return true;
    }

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public boolean getKeepAlive() {
        return false;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }

    private final class Input extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] single = new byte[1];
            return read(single, 0, 1) == -1 ? -1 : Byte.toUnsignedInt(single[0]);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(target, offset, length);
            int read = channel.read(buffer);
            while (read == 0 && length > 0) {
                await(SelectionKey.OP_READ);
                read = channel.read(buffer);
            }
            return read;
        }

        @Override
        public void close() throws IOException {
            UnixSocket.this.close();
        }
    }

    private final class Output extends OutputStream {

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] content, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(content, offset, length);
            while (buffer.hasRemaining()) {
                if (channel.write(buffer) == 0) {
                    await(SelectionKey.OP_WRITE);
                }
            }
        }

        @Override
        public void close() throws IOException {
            UnixSocket.this.close();
        }
    }
}
