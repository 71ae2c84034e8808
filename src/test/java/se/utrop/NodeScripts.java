package se.utrop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** Scripts for Node.js, with the packages that their lock file names, from npm's registry. */
public final class NodeScripts {

    private static final Path ALL = Path.of("src/test/clients");

    private final Path directory;

    private NodeScripts(Path directory) {
        this.directory = directory;
    }

    /** Those of this folder, installed under target. */
    public static NodeScripts install(String name) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(Path.of("target/clients-" + name));
        try (Stream<Path> files = Files.list(ALL.resolve(name))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        NodeScripts scripts = new NodeScripts(directory);
        scripts.run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error");
        return scripts;
    }

    /** What the command prints; it fails where that fails. */
    public String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
        return output;
    }
}
