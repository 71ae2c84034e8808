package se.utrop.database;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy before several PostgreSQL servers: it leads a session to the server and the database of the moment, whatever
 * database the client names. So a client is moved to another log as by a failover.
 *
 * @see <a href="https://www.postgresql.org/docs/18/protocol-message-formats.html">StartupMessage and SSLRequest</a>
 */
public final class DatabaseProxy implements AutoCloseable {

    private static final int SSL_REQUEST = 80877103;

    private static final int GSS_REQUEST = 80877104;

    private static final String DATABASE = "database\0";

    private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());

    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private volatile Target target;

    private record Target(int port, String database) {}

    public DatabaseProxy(int port, String database) throws IOException {
        target = new Target(port, database);
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Leads all sessions elsewhere: those that are open are cut. */
    public void pointTo(int port, String database) throws IOException {
        target = new Target(port, database);
        cut();
    }

    private void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        Target to = target;
        try (client;
                Socket database = new Socket(InetAddress.getLoopbackAddress(), to.port())) {
            sockets.add(client);
            sockets.add(database);
            if (!to.equals(target)) {
                return;
            }
            begin(client, database, to.database());
            Thread back = Thread.ofVirtual().start(() -> copy(database, client));
            copy(client, database);
            back.join();
        } catch (IOException | InterruptedException e) {
            // the other side sees its socket closed
        } finally {
            sockets.remove(client);
        }
    }

    /** Hands the startup message on with another database in it. */
    private static void begin(Socket client, Socket database, String name) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        DataOutputStream out = new DataOutputStream(database.getOutputStream());
        int length = in.readInt();
        int code = in.readInt();
        while (code == SSL_REQUEST || code == GSS_REQUEST) {
            client.getOutputStream().write('N');
            length = in.readInt();
            code = in.readInt();
        }
        String parameters = new String(in.readNBytes(length - 2 * Integer.BYTES), StandardCharsets.UTF_8);
        int from = parameters.indexOf(DATABASE) + DATABASE.length();
        byte[] changed = (parameters.substring(0, from) + name + parameters.substring(parameters.indexOf('\0', from)))
                .getBytes(StandardCharsets.UTF_8);
        out.writeInt(changed.length + 2 * Integer.BYTES);
        out.writeInt(code);
        out.write(changed);
        out.flush();
    }

    private static void copy(Socket from, Socket to) {
        byte[] buffer = new byte[16 * 1024];
        try (to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // the other side sees its socket closed
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
