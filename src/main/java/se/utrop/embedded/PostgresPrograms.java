package se.utrop.embedded;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.util.FileSystemUtils;
import org.tukaani.xz.XZInputStream;
import se.utrop.text.Sha256;

/** PostgreSQL's programs for this platform, from a jar. */
final class PostgresPrograms {

    private final Path home;

    private PostgresPrograms(Path home) {
        this.home = home;
    }

    /** Unpacks the programs next to the data. In /tmp, other users may write, and cleaners delete old files. */
    static PostgresPrograms unpackedUnder(Path directory) throws IOException {
        return unpackedUnder(directory, archive());
    }

    static PostgresPrograms unpackedUnder(Path directory, byte[] archive) throws IOException {
        Path home = directory.resolve(digest(archive));
        if (!Files.exists(home)) {
            unpack(archive, home);
        }
        return new PostgresPrograms(home);
    }

    /** Runs a program and waits for it. If it fails, its output is the message of the exception. */
    String run(String program, String... arguments) throws IOException {
        // A file, because a server that pg_ctl starts on Windows keeps a pipe open.
        Path output = Files.createTempFile("utrop", ".out");
        try {
            Process process = command(program, arguments)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            int code = awaitEnd(process);
            String text = Files.readString(output).strip();
            if (code != 0) {
                throw new IOException(text.isEmpty() ? program + " ended with code " + code : text);
            }
            return text;
        } finally {
            Files.delete(output);
        }
    }

    private ProcessBuilder command(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        // PostgreSQL refuses to run as root. It accepts a root that is unprivileged through its own user namespace.
        if (LinuxUtils.isUnshareAvailable()) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    private static int awaitEnd(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while PostgreSQL was starting or stopping");
        }
    }

    private static byte[] archive() throws IOException {
        String machine = System.getProperty("os.arch");
        try (InputStream archive = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system(), machine)) {
            return archive.readAllBytes();
        } catch (IllegalStateException e) {
            throw new FailureAnalyzedException(
                    "Utrop has no embedded PostgreSQL for %s on %s.".formatted(system(), machine),
                    "Set SPRING_R2DBC_URL to a PostgreSQL of your own.",
                    e);
        }
    }

    static String system() {
        String name = System.getProperty("os.name");
        if (name.startsWith("Windows")) {
            return "Windows";
        }
        return name.startsWith("Mac") ? "Darwin" : "Linux";
    }

    private static String digest(byte[] archive) {
        return HexFormat.of().formatHex(Sha256.of(archive), 0, 8);
    }

    private static void unpack(byte[] archive, Path home) throws IOException {
        Path partial = home.resolveSibling(home.getFileName() + ".partial");
        FileSystemUtils.deleteRecursively(partial);
        try (var tar = new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(entry, tar, partial.resolve(entry.getName()));
            }
        }
        Files.move(partial, home);
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path target) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.resolveSibling("."));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
            Files.copy(content, target);
            boolean runs = (entry.getMode() & 0100) != 0;
            if (runs && !target.toFile().setExecutable(true)) {
                throw new IOException("Can't make %s executable".formatted(target));
            }
        }
    }
}
