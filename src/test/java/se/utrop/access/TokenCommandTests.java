package se.utrop.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import se.utrop.UtropProgram;

class TokenCommandTests {

    @Test
    void readsItsArguments() {
        assertThat(TokenCommand.Arguments.of(
                        List.of("--scopes=news:write,topics:write", "--ttl=30m"), List.of("--utrop.data=/srv/data")))
                .isEqualTo(new TokenCommand.Arguments(
                        Set.of("news:write", "topics:write"),
                        Duration.ofMinutes(30),
                        List.of("--utrop.data=/srv/data")));
        assertThat(arguments("--scopes=news:retract").lifetime()).isEqualTo(Duration.ofHours(8));
    }

    private static TokenCommand.Arguments arguments(String... words) {
        return TokenCommand.Arguments.of(List.of(words), List.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --ttl=8h                          | no scopes
        --scopes=                         | there is no scope ''
        --scopes=news:write,news:delete   | there is no scope 'news:delete'
        --scopes=news:write --ttl=soon    | --ttl=soon is not a duration
        --scopes=news:write --ttl=0s      | --ttl=0s is not a duration
        --scopes=news:write --ttl=-1h     | --ttl=-1h is not a duration
        --scopes=news:write --ttl=9999d   | --ttl=9999d is not a duration
        --scopes=news:write --verbose     | unknown option --verbose
        --scopes=news:write news:retract  | unknown option news:retract
        """)
    void refusesArgumentsThatMakeNoSense(String line, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> arguments(line.split(" ", -1)))
                .withMessageContaining(message);
    }

    @Test
    void printsATokenOfTheKeyInTheDataDirectory(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        Run run = run(folder, List.of(), "--scopes=news:write,news:retract", "--ttl=1h", "--utrop.data=" + data);
        assertThat(run.status()).as(run.errors()).isZero();
        assertThat(run.output()).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\n");
        Jwt token = LocalKey.in(data)
                .decoder()
                .decode(run.output().strip())
                .blockOptional()
                .orElseThrow();
        assertThat(token.getClaimAsString("scope")).isEqualTo("news:write news:retract");
        assertThat(token.getExpiresAt()).isNotNull();
        if (Files.getFileStore(data).supportsFileAttributeView("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("signing-key.json"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void saysWhyThereIsNoToken(@TempDir Path folder) throws Exception {
        Run misused = run(folder, List.of(), "--scopes=all");
        assertThat(misused.status()).isEqualTo(2);
        assertThat(misused.output()).isEmpty();
        assertThat(misused.errors())
                .contains("there is no scope 'all'", "usage: ")
                .doesNotContain("\tat ");
        Run ownDatabase =
                run(folder, List.of("--spring.r2dbc.url=r2dbc:postgresql://127.0.0.1:9/x"), "--scopes=news:write");
        assertThat(ownDatabase.status()).isEqualTo(1);
        assertThat(ownDatabase.output()).isEmpty();
        assertThat(ownDatabase.errors()).contains("Only a newsroom on the embedded database", "issuer-uri");
    }

    @Test
    void aKeyThatOthersMayReadIsNotUsed(@TempDir Path data) throws IOException {
        LocalKey first = LocalKey.in(data);
        String token = first.token("editor", List.of("news:write"), Duration.ofHours(1));
        assertThat(LocalKey.in(data).decoder().decode(token).blockOptional()).isPresent();
        Path file = data.resolve("signing-key.json");
        if (Files.getFileStore(data).supportsFileAttributeView("posix")) {
            var _ = Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            assertThatThrownBy(() -> LocalKey.in(data))
                    .isInstanceOf(FailureAnalyzedException.class)
                    .hasMessageContaining("others than its owner");
        }
        Files.delete(file);
        assertThatThrownBy(() -> LocalKey.in(data).decoder().decode(token).block())
                .isInstanceOf(BadJwtException.class);
    }

    private record Run(int status, String output, String errors) {}

    private static Run run(Path folder, List<String> settings, String... arguments)
            throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(
                        Stream.of(UtropProgram.command(), List.of("token"), settings, List.of(arguments))
                                .flatMap(List::stream)
                                .toList())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return new Run(process.exitValue(), Files.readString(output), Files.readString(errors));
        } finally {
            process.destroy();
        }
    }
}
