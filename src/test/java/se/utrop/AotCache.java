package se.utrop;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;
import se.utrop.embedded.RestartablePostgres;

/**
 * The AOT cache that Utrop starts with in processes of its own: it halves the time that a start takes. The build makes it
 * before the tests; without it, or after a change to the code, they start without one.
 *
 * @see <a href="https://openjdk.org/jeps/514">JEP 514</a>
 */
final class AotCache {

    private static final Path CLASSES = Path.of("target/classes").toAbsolutePath();

    private static final Path DIRECTORY = Path.of("target/aot-cache").toAbsolutePath();

    /** The classes: a cache takes none of a folder. */
    private static final Path JAR = DIRECTORY.resolve("utrop.jar");

    private static final Path CACHE = DIRECTORY.resolve("utrop.aot");

    private static final Path CLASS_PATH = DIRECTORY.resolve("class-path.txt");

    /** When the JVM ends, it starts another one, which writes the cache. */
    private static final int SECONDS_TO_WRITE = 300;

    /** The options of a JVM that uses it, or null. */
    static final @Nullable List<String> OPTIONS = options();

    private AotCache() {}

    /** Unless there is one of this code. */
    static void make() throws Exception {
        if (OPTIONS != null && OPTIONS.contains(classPath())) {
            return;
        }
        FileSystemUtils.deleteRecursively(DIRECTORY);
        Files.createDirectories(DIRECTORY);
        int status = ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(
                        System.out,
                        System.err,
                        "--create",
                        "--no-compress",
                        "--file=" + JAR,
                        "-C",
                        CLASSES.toString(),
                        ".");
        if (status != 0) {
            throw new IOException("jar has ended with " + status);
        }
        try (RestartablePostgres database = RestartablePostgres.startMigrated(DIRECTORY)) {
            train(database);
        }
        Files.writeString(CLASS_PATH, classPath());
    }

    private static void train(RestartablePostgres database) throws Exception {
        List<String> options = List.of("-cp", classPath(), "-XX:AOTCacheOutput=" + CACHE);
        int port = Ports.free();
        ServerProcess server = new ServerProcess(port, options, database.settings(), DIRECTORY);
        try (HttpClient client = HttpClient.newHttpClient()) {
            server.awaitReady();
            for (String query :
                    List.of("{ news { nodes { title } } }", "{ topics { name } }", "{ archive { count } }")) {
                client.send(Api.get(port, query).build(), HttpResponse.BodyHandlers.ofString());
            }
        } finally {
            server.stop(SECONDS_TO_WRITE);
        }
    }

    private static String classPath() {
        return Stream.of(UtropProgram.classPath().split(":"))
                .map(Path::of)
                .filter(Files::isRegularFile)
                .map(Path::toString)
                .collect(Collectors.joining(":", JAR + ":", ""));
    }

    private static @Nullable List<String> options() {
        try {
            if (!Files.exists(CLASS_PATH) || !Files.exists(CACHE) || isOutdated()) {
                return null;
            }
            return List.of("-XX:AOTCache=" + CACHE, "-cp", Files.readString(CLASS_PATH));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isOutdated() throws IOException {
        FileTime made = Files.getLastModifiedTime(JAR);
        try (Stream<Path> files = Files.walk(CLASSES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.getLastModifiedTime(file).compareTo(made) > 0) {
                    return true;
                }
            }
        }
        return false;
    }
}
