package se.utrop.importing;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import se.utrop.news.NewsroomProperties;

/** The command {@code import FILE… [--captured=yyyy-mm-dd] [--strict]}. */
public final class ImportCommand {

    public static final String USAGE = "import FILE… [--captured=yyyy-mm-dd] [--strict]";

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;

    private ImportCommand(PrintStream out, PrintStream err, boolean terminal) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    /**
     * Runs the command.
     *
     * @param arguments what follows the word {@code import}, but for settings
     * @return the exit status: 0 where every file went in, 1 where one didn't, 2 where the arguments make no sense
     */
    public static int run(Class<?> application, List<String> arguments, List<String> settings) {
        boolean terminal = isTerminal();
        PrintStream out = System.out;
        // Logs go to the standard output: that's for what was done.
        System.setOut(System.err);
        try {
            return new ImportCommand(out, System.err, terminal).run(application, Arguments.of(arguments, settings));
        } catch (IllegalArgumentException e) {
            System.err.println("utrop import: " + e.getMessage());
            System.err.println("usage: java -jar utrop.jar " + USAGE);
            return MISUSED;
        } catch (ImportRefused e) {
            System.err.println("utrop import: " + e.getMessage());
            return FAILED;
        } finally {
            System.setOut(out);
        }
    }

    @SuppressWarnings("SystemConsoleNull") // its contract still allows null
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** What the command is asked for; {@code settings} are Spring's. */
    record Arguments(List<Path> files, @Nullable LocalDate captured, boolean strict, List<String> settings) {

        private static final String CAPTURED = "captured";
        private static final String STRICT = "strict";

        static Arguments of(List<String> words, List<String> settings) {
            ApplicationArguments given = new DefaultApplicationArguments(words.toArray(String[]::new));
            for (String option : given.getOptionNames()) {
                if (!option.equals(CAPTURED) && !option.equals(STRICT)) {
                    throw unknown("--" + option);
                }
            }
            List<Path> files =
                    given.getNonOptionArgs().stream().map(Arguments::file).toList();
            if (files.isEmpty()) {
                throw new IllegalArgumentException("no file: name at least one listing or feed");
            }
            return new Arguments(
                    files,
                    captured(given.getOptionValues(CAPTURED)),
                    strict(given.getOptionValues(STRICT)),
                    List.copyOf(settings));
        }

        private static boolean strict(@Nullable List<String> values) {
            if (values != null && !values.isEmpty()) {
                throw new IllegalArgumentException("--strict takes no value");
            }
            return values != null;
        }

        private static IllegalArgumentException unknown(String option) {
            return new IllegalArgumentException("unknown option " + option + ": a file of that name is ./" + option);
        }

        private static Path file(String word) {
            if (word.startsWith("-")) {
                throw unknown(word);
            }
            return Path.of(word);
        }

        private static @Nullable LocalDate captured(@Nullable List<String> days) {
            if (days == null) {
                return null;
            }
            if (days.isEmpty()) {
                throw new IllegalArgumentException("--captured without a day: write --captured=yyyy-mm-dd");
            }
            return day(days.getLast());
        }

        private static LocalDate day(String text) {
            try {
                return LocalDate.parse(text);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(
                        "--captured=" + text + " names no day: write it like --captured=2023-11-08", e);
            }
        }
    }

    private int run(Class<?> application, Arguments arguments) {
        try (ConfigurableApplicationContext context = start(application, arguments.settings())) {
            ZoneId zone = context.getBean(NewsroomProperties.class).zone();
            requirePast(arguments.captured(), zone);
            Importer importer = context.getBean(Importer.class);
            int status = DONE;
            for (Path file : arguments.files()) {
                Source source = Source.of(file, captured(file, arguments.captured(), zone));
                status = Math.max(status, run(importer, arguments.strict() ? source.strictly() : source));
            }
            return status;
        }
    }

    private static ConfigurableApplicationContext start(Class<?> application, List<String> settings) {
        try {
            return new SpringApplicationBuilder(application)
                    .web(WebApplicationType.NONE)
                    .logStartupInfo(false)
                    .properties(
                            "logging.threshold.console=warn",
                            "logging.level.org.springframework.boot.SpringApplication=off",
                            "logging.level.org.springframework.boot.diagnostics=off",
                            "logging.level.org.springframework.context=error")
                    .run(settings.toArray(String[]::new));
        } catch (RuntimeException e) {
            throw new ImportRefused("cannot start: " + cause(e), e);
        }
    }

    private static String cause(Throwable failure) {
        Throwable analyzed = failure;
        while (analyzed != null && !(analyzed instanceof FailureAnalyzedException)) {
            analyzed = analyzed.getCause();
        }
        return String.valueOf(
                analyzed != null
                        ? analyzed.getMessage()
                        : NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
    }

    private static void requirePast(@Nullable LocalDate captured, ZoneId zone) {
        if (captured != null && captured.isAfter(LocalDate.now(zone))) {
            throw new IllegalArgumentException("--captured=%s is in the future".formatted(captured));
        }
    }

    private int run(Importer importer, Source source) {
        try {
            ImportReport report =
                    importer.run(source, this::progress).blockOptional().orElseThrow();
            clearProgress();
            report.notes().forEach(err::println);
            out.println(report);
            return DONE;
        } catch (ImportRefused e) {
            clearProgress();
            err.println(e.getMessage());
        } catch (RuntimeException e) {
            clearProgress();
            err.println(source.place() + ": "
                    + NestedExceptionUtils.getMostSpecificCause(e).getMessage());
        }
        return FAILED;
    }

    private static LocalDate captured(Path file, @Nullable LocalDate said, ZoneId zone) {
        try {
            return said == null
                    ? LocalDate.ofInstant(Files.getLastModifiedTime(file).toInstant(), zone)
                    : said;
        } catch (IOException e) {
            return LocalDate.now(zone);
        }
    }

    private void progress(ImportReport report) {
        if (terminal) {
            out.printf(Locale.ROOT, "\r%,d news …", report.read());
            out.flush();
        }
    }

    private void clearProgress() {
        if (terminal) {
            out.print("\r\u001B[K");
        }
    }
}
