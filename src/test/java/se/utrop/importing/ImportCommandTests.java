package se.utrop.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import se.utrop.Ports;
import se.utrop.UtropProgram;
import se.utrop.importing.ImportArguments.Flag;
import se.utrop.news.Urgency;

class ImportCommandTests {

    @Test
    void readsItsArguments() {
        assertThat(ImportArguments.of(
                        List.of("a.txt", "--captured=2023-11-08", "./--b.xml"), List.of("--utrop.data=/srv/data")))
                .isEqualTo(new ImportArguments(
                        List.of("a.txt", "./--b.xml"),
                        LocalDate.of(2023, 11, 8),
                        Set.of(),
                        null,
                        List.of("--utrop.data=/srv/data")));
        assertThat(arguments("a.txt").captured()).isNull();
        assertThat(arguments("a.txt", "--strict").flags()).containsExactly(Flag.STRICT);
        assertThat(arguments("-", "HTTPS://a.example/rss").documents()).containsExactly("-", "HTTPS://a.example/rss");
        assertThat(arguments("a.txt").rules("a.txt")).isEqualTo(ImportedSource.named("a.txt"));
        assertThat(arguments("a.txt", "--keep", "--retract-deleted", "--source=n")
                        .rules("a.txt"))
                .isEqualTo(new ImportedSource("n", List.of(), Urgency.ROUTINE, List.of(), false, true));
    }

    private static ImportArguments arguments(String... words) {
        return ImportArguments.of(List.of(words), List.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --captured=2023-11-08      | no file
        a.txt --captured=8/11      | --captured=8/11 names no day
        a.txt --captured           | --captured without a day
        a.txt --strict=no          | --strict takes no value
        a.txt --verbose            | unknown option --verbose
        a.txt -v                   | unknown option -v
        a.txt --utrop.data         | unknown option --utrop.data
        a.txt --source             | --source without a name
        - a.txt -                  | - stands twice
        ftp://a.example/rss        | only http and https addresses
        """)
    void refusesArgumentsThatMakeNoSense(String line, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> arguments(line.split(" ", -1)))
                .withMessageContaining(message);
    }

    @Test
    void runsAsAProcess(@TempDir Path folder) throws IOException, InterruptedException {
        Path sample = Path.of("db/sample/lagesrapporter.txt");
        Path bad = Files.writeString(folder.resolve("fel.txt"), "Ingen lista.\n");
        String data = "--utrop.data=" + folder.resolve("data");

        Run first = run(folder, sample.toString(), "--captured=2023-11-08", data);
        assertThat(first.output())
                .as(first.errors())
                .isEqualTo("lagesrapporter.txt: 24 news added, 0 known, 2 topics new\n");
        assertThat(first.status()).isZero();

        Run second = run(folder, sample.toString(), bad.toString(), "--captured=2023-11-08", data);
        assertThat(second.output())
                .as(second.errors())
                .isEqualTo("lagesrapporter.txt: 0 news added, 24 known, 0 topics new\n");
        assertThat(second.errors())
                .contains(bad + ":1: no line begins with a bullet")
                .doesNotContain("\tat ", "Exception");
        assertThat(second.status()).isEqualTo(1);
    }

    @Test
    void namesWhatIsAtFaultAndTakesAllOrNothingWhereAskedTo(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path feed = Files.writeString(folder.resolve("flöde.xml"), """
            <rss version="2.0"><channel>
            <item><title>Ett</title><pubDate>Tue, 13 Dec 2022 12:00:00 +0100</pubDate></item>
            <item><link>https://kommun.example/</link></item>
            </channel></rss>
            """);
        String data = "--utrop.data=" + folder.resolve("data");

        Run strict = run(folder, feed.toString(), "--strict", data);
        assertThat(strict.status()).as(strict.errors()).isEqualTo(1);
        assertThat(strict.output()).isEmpty();

        Run run = run(folder, feed.toString(), data);
        assertThat(run.output()).isEqualTo("flöde.xml: 1 news added, 0 known, 0 topics new, 1 left out\n");
        assertThat(run.errors()).contains(feed + ":3: has neither title nor text");
        assertThat(run.status()).isZero();
    }

    @Test
    void exitsWithTwoWhereMisused(@TempDir Path folder) throws IOException, InterruptedException {
        Run run = run(folder, "--captured=2023-11-08");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors())
                .contains("no file", "usage: java -jar utrop.jar import FILE…")
                .doesNotContain("\tat ");
    }

    @Test
    void importsFromTheWebAndFromTheStandardInput(@TempDir Path folder) throws IOException, InterruptedException {
        HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] feed = Files.readAllBytes(Path.of("src/test/resources/importing/rss.xml"));
        web.createContext("/rss", exchange -> answer(exchange, 200, feed));
        web.createContext("/large", exchange -> answer(exchange, 200, new byte[200_000]));
        web.createContext("/slow", exchange -> exchange.sendResponseHeaders(200, 0));
        web.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", "/rss");
            answer(exchange, 301, new byte[0]);
        });
        web.start();
        String root = "http://localhost:" + web.getAddress().getPort();
        try {
            Run run = run(
                    folder,
                    Path.of("src/test/resources/importing/rss.xml"),
                    root + "/moved",
                    "-",
                    root + "/large",
                    root + "/slow",
                    root + "/missing",
                    "http://localhost:" + Ports.free() + "/",
                    "--utrop.import.max-size=100KB",
                    "--utrop.import.timeout=2s",
                    "--utrop.data=" + folder.resolve("data"));
            assertThat(run.output().lines())
                    .as(run.errors())
                    .containsExactly(
                            root + "/moved: 3 news added, 0 known, 3 topics new",
                            "standard input: 0 news added, 3 known, 0 topics new");
            assertThat(run.errors().lines())
                    .anyMatch(line -> line.contains("/large: is larger than 102,400 bytes: set utrop.import.max-size"))
                    .anyMatch(line -> line.contains("/slow: can't be fetched in 2 seconds"))
                    .anyMatch(line -> line.contains("/missing: answers with the status 404: check the address"))
                    .anyMatch(line -> line.contains("can't be reached"));
            assertThat(run.status()).isEqualTo(1);
        } finally {
            web.stop(0);
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Test
    void helps(@TempDir Path folder) throws IOException, InterruptedException {
        Run run = run(folder, "--help");
        assertThat(run.status()).isZero();
        assertThat(run.output())
                .startsWith("usage: java -jar utrop.jar import FILE…")
                .contains("--retract-deleted");
        assertThat(run.errors()).isEmpty();
    }

    private record Run(int status, String output, String errors) {}

    private static Run run(Path folder, String... arguments) throws IOException, InterruptedException {
        return run(folder, null, arguments);
    }

    private static Run run(Path folder, @Nullable Path input, String... arguments)
            throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        List<String> command = UtropProgram.command("-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8");
        Process process = new ProcessBuilder(Stream.of(command, List.of("import"), List.of(arguments))
                        .flatMap(List::stream)
                        .toList())
                .redirectInput(
                        input == null ? ProcessBuilder.Redirect.PIPE : ProcessBuilder.Redirect.from(input.toFile()))
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            return new Run(process.exitValue(), Files.readString(output), Files.readString(errors));
        } finally {
            process.destroy();
        }
    }
}
