package se.utrop.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A server that is started for a measurement, and ends with it. */
final class ServerProcess {

    private final Process process;
    private final Path log;
    private final long started = System.nanoTime();

    ServerProcess(List<String> command, Path log) throws IOException {
        this.log = log;
        this.process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::end));
    }

    int pid() {
        return (int) process.pid();
    }

    /** In seconds since the start. */
    double awaitAnswer(Http http, String path, String document) throws Exception {
        for (IOException last = null; ; Thread.sleep(20)) {
            if (!process.isAlive()) {
                throw new IOException("The server does not start: see " + log, last);
            }
            try {
                http.ask(path, document, "{}");
                return (System.nanoTime() - started) / 1e9;
            } catch (IOException e) {
                last = e;
            }
        }
    }

    void end() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }
}
