package se.utrop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplicationAotProcessor;
import se.utrop.embedded.RestartablePostgres;

/** The server whose beans were worked out ahead of time, as the profile aot does it for the jar. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AotTests {

    private static final int PORT = Ports.free();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Path directory;

    private RestartablePostgres database;

    private List<String> options;

    @BeforeAll
    void makeReady(@TempDir Path directory) throws Exception {
        this.directory = directory;
        database = RestartablePostgres.start(directory);
        Path sources = directory.resolve("sources");
        Path classes = Files.createDirectory(directory.resolve("classes"));
        List<String> processor = List.of(
                SpringApplicationAotProcessor.class.getName(),
                UtropApplication.class.getName(),
                sources.toString(),
                classes.toString(),
                classes.toString(),
                "se.utrop",
                "utrop");
        String said = java(Stream.of(List.of("-cp", UtropProgram.classPath()), processor, database.settings()));
        assertThat(said).doesNotContain("ERROR", "Exception");
        compile(sources, classes);
        options = List.of("-cp", classes + File.pathSeparator + UtropProgram.classPath(), "-Dspring.aot.enabled=true");
    }

    @AfterAll
    void stop() throws Exception {
        database.close();
    }

    @Test
    void aServerStartsWithThoseBeans() throws Exception {
        String said = serve("UNAUTHENTICATED");
        assertThat(said).contains("Starting AOT-processed UtropApplication", "no issuer of tokens is set");
    }

    @Test
    void aServerWithOtherSettingsHeedsThem() throws Exception {
        String said = serve("UNAVAILABLE", "--spring.security.oauth2.resourceserver.jwt.issuer-uri=http://127.0.0.1:1");
        assertThat(said)
                .contains("ready where [spring.security.oauth2.resourceserver.jwt.issuer-uri] was set otherwise")
                .contains("Every token of http://127.0.0.1:1 counts here")
                .doesNotContain("AOT-processed");
    }

    @Test
    void aServerWithOtherValuesHeedsThem() throws Exception {
        String said = serve("UNAUTHENTICATED", "--management.endpoints.web.exposure.include=health");
        assertThat(said)
                .contains("ready where [management.endpoints.web.exposure.include] was set otherwise")
                .doesNotContain("AOT-processed");
    }

    @Test
    void aServerTellsNoValueOfTheBuild() throws Exception {
        assertThat(Files.readString(directory.resolve("classes/META-INF/utrop/aot-settings.txt")))
                .contains("spring.r2dbc.url\n", "management.endpoints.web.exposure.include ")
                .doesNotContain("postgresql", "prometheus");
    }

    @Test
    void aCommandRuns() throws Exception {
        List<String> command = List.of(
                UtropApplication.class.getName(), "import", "db/sample/lagesrapporter.txt", "--captured=2023-11-08");
        assertThat(java(Stream.of(options, command, database.settings()))).contains("24 news added");
    }

    /** What a server says that is started with the settings of the build and these, and refuses an editor so. */
    private String serve(String refusal, String... otherSettings) throws Exception {
        List<String> settings = Stream.concat(database.settings().stream(), Stream.of(otherSettings))
                .toList();
        Path log = directory.resolve("server-" + PORT + ".log");
        Files.deleteIfExists(log);
        ServerProcess server = new ServerProcess(PORT, options, settings, directory);
        try {
            server.awaitReady();
            assertThat(send(Api.get(PORT, "{ news { totalCount } topics { name } }")
                            .build()))
                    .contains("totalCount");
            assertThat(send(Editor.request(PORT, "createTopic", Map.of("name", "Miljö"))
                            .build()))
                    .contains(refusal);
        } finally {
            server.stop();
        }
        return Files.readString(log);
    }

    private static String send(HttpRequest request) throws IOException, InterruptedException {
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private String java(Stream<List<String>> arguments) throws IOException, InterruptedException {
        Path said = directory.resolve("java.log");
        Process process = new ProcessBuilder(Stream.concat(UtropProgram.JAVA.stream(), arguments.flatMap(List::stream))
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(said)).isZero();
        return Files.readString(said);
    }

    private static void compile(Path sources, Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            Stream<String> java = files.map(Path::toString).filter(file -> file.endsWith(".java"));
            String[] arguments = Stream.concat(
                            Stream.of(
                                    "-proc:none", "-nowarn", "-cp", UtropProgram.classPath(), "-d", classes.toString()),
                            java)
                    .toArray(String[]::new);
            assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments))
                    .as(Arrays.toString(arguments))
                    .isZero();
        }
    }
}
