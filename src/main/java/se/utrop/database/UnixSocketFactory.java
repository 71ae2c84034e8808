package se.utrop.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import javax.net.SocketFactory;

/** Connects the JDBC driver to a Unix socket. The driver makes the factory, by the name of its class. */
public final class UnixSocketFactory extends SocketFactory {

    private final UnixDomainSocketAddress address;

    /** @param path the socket, as in {@code /var/run/postgresql/.s.PGSQL.5432} */
    public UnixSocketFactory(String path) {
        this.address = UnixDomainSocketAddress.of(path);
    }

    /** A socket that connects to the path, whatever address it is given. */
    @Override
    public Socket createSocket() throws IOException {
        return new UnixSocket(address);
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw new UnsupportedOperationException();
    }
}
