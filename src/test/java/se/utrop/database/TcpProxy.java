package se.utrop.database;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Between a client and a server: it may close its connections, or fall silent, as a host does that vanishes without closing
 * them.
 */
public final class TcpProxy implements AutoCloseable {

    private final ServerSocket listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());

    private final Set<Link> links = ConcurrentHashMap.newKeySet();

    private final int target;

    private volatile boolean silent;

    private volatile boolean refusing;

    public TcpProxy(int target) throws IOException {
        this.target = target;
        Thread.ofPlatform().daemon().start(this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** Swallows all that comes from now on, on connections that are open and on new ones. */
    void silence() {
        silent = true;
        links.forEach(link -> link.silent = true);
    }

    /** Serves new connections again. What was open in the silence stays silent. */
    void speak() {
        silent = false;
    }

    /** Closes all connections, and from now on each new one at once. */
    public void refuse() {
        refusing = true;
        links.forEach(Link::close);
    }

    /** Serves new connections again. */
    public void admit() {
        refusing = false;
    }

    private void accept() {
        try {
            while (true) {
                connect(listening.accept());
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server;
        try {
            server = new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (ConnectException e) {
            client.close();
            return;
        }
        Link link = new Link(client, server);
        links.add(link);
        link.start();
        if (refusing) {
            link.close();
        }
    }

    private final class Link {

        private final Socket client;

        private final Socket server;

        private volatile boolean silent;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
            this.silent = TcpProxy.this.silent;
        }

        void start() {
            Thread.ofPlatform().daemon().start(() -> pass(client, server));
            Thread.ofPlatform().daemon().start(() -> pass(server, client));
        }

        private void pass(Socket from, Socket to) {
            byte[] bytes = new byte[8192];
            try {
                for (int count = from.getInputStream().read(bytes);
                        count > 0;
                        count = from.getInputStream().read(bytes)) {
                    if (!silent) {
                        to.getOutputStream().write(bytes, 0, count);
                    }
                }
            } catch (IOException e) {
                // closed
            }
            if (!silent) {
                close();
            }
        }

        void close() {
            for (Socket socket : List.of(client, server)) {
                try {
                    socket.close();
                } catch (IOException e) {
                    // closed
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        links.forEach(Link::close);
    }
}
