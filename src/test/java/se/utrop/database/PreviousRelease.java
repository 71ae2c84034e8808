package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The jar of the release before this one, built from the commit that .ci/previous-release names, or from that of the
 * system property {@code utrop.upgrade.from}. It is kept under target, by its commit.
 */
final class PreviousRelease {

    private static final Path COMMIT = Path.of(".ci/previous-release");

    private PreviousRelease() {}

    static Path jar() throws IOException, InterruptedException {
        String commit = commit();
        Path directory = Path.of("target/previous-release", commit).toAbsolutePath();
        Path jar = directory.resolve("target/utrop.jar");
        if (!Files.exists(jar)) {
            Files.createDirectories(directory);
            unpack(commit, directory);
            build(directory);
        }
        return jar;
    }

    private static String commit() throws IOException, InterruptedException {
        String named = Objects.requireNonNullElse(
                System.getProperty("utrop.upgrade.from"),
                Files.readString(COMMIT).strip());
        List<String> lines = new ArrayList<>();
        Process git = new ProcessBuilder("git", "rev-parse", "--verify", "--quiet", named + "^{commit}").start();
        try (var output = git.inputReader()) {
            output.lines().forEach(lines::add);
        }
        assertThat(git.waitFor())
                .as(
                        "The previous release, %s of %s, is not in the history of this checkout. The test of a rolling"
                                + " upgrade builds it: clone the repository with its history (git fetch --unshallow)",
                        named, COMMIT)
                .isZero();
        return lines.getFirst();
    }

    private static void unpack(String commit, Path directory) throws IOException, InterruptedException {
        List<ProcessBuilder> commands = List.of(
                new ProcessBuilder("git", "archive", commit),
                new ProcessBuilder("tar", "x", "-C", directory.toString()));
        for (Process process : ProcessBuilder.startPipeline(commands)) {
            assertThat(process.waitFor()).as(process.info().toString()).isZero();
        }
    }

    private static void build(Path directory) throws IOException, InterruptedException {
        File log = directory.resolve("build.log").toFile();
        Process maven = new ProcessBuilder(
                        "./mvnw",
                        "-B",
                        "-q",
                        "-Dmaven.test.skip=true",
                        "-Dexec.skip=true",
                        "-Dspotless.check.skip=true",
                        "package")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        boolean ended = maven.waitFor(15, TimeUnit.MINUTES);
        maven.destroy();
        assertThat(ended && maven.exitValue() == 0)
                .as(Files.readString(log.toPath()))
                .isTrue();
    }
}
