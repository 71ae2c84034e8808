package se.utrop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.util.FileSystemUtils;

/** Scripts for Node.js 20 or later, with the packages that their lock file names. The build installs these before the tests. */
public final class NodeScripts {

    private static final Path SOURCES = Path.of("src/test/clients");

    private static final Path INSTALLED = Path.of("target/clients");

    private static final String LOCK = "package-lock.json";

    /** A copy of the lock file, written when all that it names is there. */
    private static final Path DONE = INSTALLED.resolve("installed.json");

    private NodeScripts() {}

    /** From npm's registry, unless they are there already. */
    static void install() throws IOException, InterruptedException {
        FileSystemUtils.copyRecursively(SOURCES, INSTALLED);
        if (!isInstalled()) {
            run("npm", "ci", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error");
            Files.copy(SOURCES.resolve(LOCK), DONE);
        }
    }

    private static boolean isInstalled() throws IOException {
        return Files.exists(DONE) && Files.mismatch(SOURCES.resolve(LOCK), DONE) < 0;
    }

    /** What the command prints, run where the scripts are; it fails where that fails. */
    public static String run(String... command) throws IOException, InterruptedException {
        Process process = start(command);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
        return output;
    }

    /** Its output holds its errors, too. */
    public static Process start(String... command) throws IOException {
        return new ProcessBuilder(command)
                .directory(INSTALLED.toFile())
                .redirectErrorStream(true)
                .start();
    }
}
