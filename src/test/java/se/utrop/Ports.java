package se.utrop;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Random;

/**
 * Free TCP ports for servers that are stopped and started again at the same one. Such a port is not one that the system gives
 * to clients, which might take it meanwhile.
 */
public final class Ports {

    private static final int FIRST = 10_000;

    /** The end of those that Linux keeps from clients by default. */
    private static final int END = 32_768;

    private static int next = FIRST + new Random().nextInt(END - FIRST);

    private Ports() {}

    /** Each once. */
    public static synchronized int free() {
        while (true) {
            int port = next;
            next = port + 1 == END ? FIRST : port + 1;
            if (isFree(port)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
