package se.utrop;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The command line of Utrop in a process of its own. */
public final class UtropProgram {

    public static final String MAIN = "se.utrop.UtropApplication";

    /** Most of what such a process does, it does once: C2 would compile more than it saves. */
    static final List<String> JAVA =
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1");

    private UtropProgram() {}

    /** With these options of the JVM, up to the program's arguments. A class path among them replaces that of the tests. */
    public static List<String> command(String... options) {
        List<String> own = List.of(options);
        List<String> cached = own.contains("-cp") ? null : AotCache.OPTIONS;
        List<String> classes = cached == null ? List.of("-cp", classPath()) : cached;
        return Stream.of(JAVA, classes, own, List.of(MAIN))
                .flatMap(List::stream)
                .toList();
    }

    /** Without the separator that Surefire ends it with: behind that, the working directory would count too. */
    static String classPath() {
        String path = System.getProperty("java.class.path");
        return path.endsWith(File.pathSeparator) ? path.substring(0, path.length() - 1) : path;
    }
}
