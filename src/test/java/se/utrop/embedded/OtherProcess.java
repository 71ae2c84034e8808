package se.utrop.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A second program on the same embedded database, which leaves it when its input ends. */
final class OtherProcess {

    private static final String OPEN = "The database is open";

    private OtherProcess() {}

    public static void main(String[] args) throws IOException {
        EmbeddedDatabase database = EmbeddedDatabase.open(Path.of(args[0]));
        System.out.println(OPEN);
        System.in.transferTo(System.out);
        database.close();
    }

    /** Returns when that process has the database open. */
    static Process open(Path data) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        data.toString())
                .redirectError(Redirect.INHERIT)
                .start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        if (said.lines().noneMatch(OPEN::equals)) {
            throw new IOException("The other process has not opened " + data);
        }
        return process;
    }
}
