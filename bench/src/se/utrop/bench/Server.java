package se.utrop.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The process under test, seen from outside. */
final class Server {

    private static final double TICKS_PER_SECOND = 100;

    private final int pid;
    private final int port;
    private final boolean isJava;

    Server(int pid, int port) throws IOException {
        this.pid = pid;
        this.port = port;
        this.isJava = Files.readString(proc("comm")).strip().equals("java");
    }

    /**
     * In bytes, after full collections.
     *
     * @param resident all that the process has in memory
     * @param heap live objects
     * @param buffers what the program has allocated outside of the heap
     */
    record Memory(long resident, long heap, long buffers) {}

    Memory memory() throws IOException, InterruptedException {
        return isJava ? javaMemory() : nodeMemory();
    }

    boolean isAlive() {
        return Files.exists(proc("stat"));
    }

    double processorSeconds() throws IOException {
        String stat = Files.readString(proc("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** How many sockets and subscriptions the server says it has; of a server that doesn't say, a dash. */
    String gauges() throws IOException, InterruptedException {
        String metrics = get("/actuator/prometheus");
        return gauge("utrop_sockets", metrics) + ", " + gauge("utrop_feed_subscriptions", metrics);
    }

    private Memory javaMemory() throws IOException, InterruptedException {
        jcmd("GC.run");
        // What the first one let go of outside of the heap is freed by a cleaner's thread.
        Thread.sleep(500);
        jcmd("GC.run");
        long heap = number("used (\\d+)K", jcmd("GC.heap_info"));
        long other =
                number("Other \\(reserved=\\d+KB, committed=(\\d+)KB", jcmd("VM.native_memory", "summary", "scale=KB"));
        return new Memory(resident(), heap * 1024, other * 1024);
    }

    private Memory nodeMemory() throws IOException, InterruptedException {
        String usage = get("/memory");
        return new Memory(resident(), number("\"heapUsed\":(\\d+)", usage), number("\"external\":(\\d+)", usage));
    }

    /** In bytes, as it stands. */
    long resident() throws IOException {
        return number("VmRSS:\\s+(\\d+) kB", Files.readString(proc("status"))) * 1024;
    }

    private String jcmd(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(System.getProperty("java.home") + "/bin/jcmd", Integer.toString(pid));
        builder.command().addAll(List.of(command));
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(said);
        }
        return said;
    }

    private String get(String path) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI address = URI.create("http://127.0.0.1:" + port + path);
            return http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private Path proc(String file) {
        return Path.of("/proc", Integer.toString(pid), file);
    }

    private static String gauge(String name, String metrics) {
        Matcher matcher =
                Pattern.compile("(?m)^" + name + "(?:\\{.*?})? ([\\d.E]+)").matcher(metrics);
        double sum = 0;
        boolean found = false;
        while (matcher.find()) {
            sum += Double.parseDouble(matcher.group(1));
            found = true;
        }
        return found ? "%.0f".formatted(sum) : "–";
    }

    private static long number(String pattern, String text) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IOException("No %s in: %s".formatted(pattern, text));
        }
        return Long.parseLong(matcher.group(1));
    }
}
