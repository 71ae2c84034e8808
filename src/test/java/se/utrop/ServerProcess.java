package se.utrop;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server in a process of its own, to be killed, stalled and started again. */
public final class ServerProcess {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Of Spring Boot: it runs a jar that holds its libraries. */
    private static final String LAUNCHER = "org.springframework.boot.loader.launch.JarLauncher";

    private static final String HEAP = "-Xmx768m";

    private static final List<String> DEFAULTS = List.of(
            "--utrop.feed.poll=2s",
            "--utrop.feed.deadline=2s",
            "--utrop.sockets.drain=1s",
            "--utrop.cost.budget=" + Integer.MAX_VALUE);

    private static final String MANAGEMENT_PORT = "--management.server.port=";

    private final List<String> program;
    private final int port;
    private final List<String> settings;
    private final Path log;

    private Process process;

    public ServerProcess(int port, List<String> settings, Path directory) throws IOException {
        this(port, List.of(), settings, directory);
    }

    /** With these options of the JVM, too. */
    public ServerProcess(int port, List<String> options, List<String> settings, Path directory) throws IOException {
        this(UtropProgram.command(with(options)), port, settings, directory);
    }

    private ServerProcess(List<String> program, int port, List<String> settings, Path directory) throws IOException {
        this.program = program;
        this.port = port;
        this.settings = settings;
        this.log = directory.resolve("server-" + port + ".log");
        this.process = launch();
    }

    /** The server of another release's jar. */
    public static ServerProcess ofJar(Path jar, int port, List<String> settings, Path directory) throws IOException {
        List<String> program = new ArrayList<>(UtropProgram.JAVA);
        program.addAll(List.of(HEAP, "-cp", jar.toString(), LAUNCHER));
        return new ServerProcess(program, port, settings, directory);
    }

    private static String[] with(List<String> options) {
        return Stream.concat(Stream.of(HEAP), options.stream()).toArray(String[]::new);
    }

    /** Where a setting is given twice, Spring takes both for a list. */
    private boolean isSet(String setting) {
        String name = setting.substring(0, setting.indexOf('=') + 1);
        return settings.stream().anyMatch(own -> own.startsWith(name));
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(program);
        command.add("--server.port=" + port);
        DEFAULTS.stream().filter(setting -> !isSet(setting)).forEach(command::add);
        command.addAll(settings);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    public void start() throws IOException {
        process = launch();
    }

    /** As by kill -9. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** As an orchestrator does: it drains. */
    public void stop() throws InterruptedException {
        stop(60);
    }

    void stop(int seconds) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("The server has not stopped, see " + log);
        }
    }

    /** Waits until it has ended by itself, and gives its exit status. */
    public int awaitExit() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("The server has not ended, see " + log);
        }
        return process.exitValue();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String log() throws IOException {
        return Files.readString(log);
    }

    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    private int managementPort() {
        return settings.stream()
                .filter(setting -> setting.startsWith(MANAGEMENT_PORT))
                .mapToInt(setting -> Integer.parseInt(setting.substring(MANAGEMENT_PORT.length())))
                .findFirst()
                .orElse(port);
    }

    /** What a gauge stands at. */
    public double metric(String name) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + managementPort() + "/actuator/prometheus"))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofLines())
                .body()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    public void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError("The server has not come up:\n" + Files.readString(log));
            }
            Thread.sleep(200);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + managementPort() + "/actuator/health/readiness"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
