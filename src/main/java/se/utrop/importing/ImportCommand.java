package se.utrop.importing;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.io.FileSystemResource;
import se.utrop.importing.ImportArguments.Flag;
import se.utrop.news.NewsroomProperties;

/** The command {@code import}. */
public final class ImportCommand {

    public static final String USAGE =
            "import FILE…|URL…|- [--captured=yyyy-mm-dd] [--strict] [--keep] [--retract-deleted] [--source=name]"
                    + " [--help]";

    private static final String HELP = """
        usage: java -jar utrop.jar %s

        Imports news. Each document is a file, an http or https address, or - for the standard input. RSS, Atom, JSON
        Feed, WordPress exports, CAP, news sitemaps, and listings copied as text are recognised by their content. The same
        document can be imported again: new items are added, and what has changed becomes a revision.

          --captured=yyyy-mm-dd  the day on which a listing was copied; by default the day of the file
          --strict               imports a document as a whole, or nothing of it if it has a fault
          --keep                 leaves items that are known as they are
          --retract-deleted      retracts the items that an Atom feed says are deleted
          --source=name          takes the items as those of this source, whose ids are its own
          --setting=value        sets a setting of Utrop, such as --utrop.data=/srv/utrop
          --help                 prints this

        The exit status is 0 if each document was imported, 1 if one was refused, 2 if the command makes no sense.
        """.formatted(USAGE);

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;

    /** Items of the document at hand. */
    private volatile int read;

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
        if (arguments.contains("--help")) {
            System.out.print(HELP);
            return DONE;
        }
        boolean terminal = isTerminal();
        PrintStream out = System.out;
        // Logs go to the standard output: that's for what was done.
        System.setOut(System.err);
        try {
            return new ImportCommand(out, System.err, terminal)
                    .run(application, ImportArguments.of(arguments, settings));
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

    private int run(Class<?> application, ImportArguments arguments) {
        try (ConfigurableApplicationContext context = start(application, arguments.settings())) {
            ZoneId zone = context.getBean(NewsroomProperties.class).zone();
            requirePast(arguments.captured(), zone);
            int status = DONE;
            for (String document : arguments.documents()) {
                status = Math.max(status, run(context, arguments, document, zone));
            }
            return status;
        }
    }

    private int run(ApplicationContext context, ImportArguments arguments, String document, ZoneId zone) {
        Importer importer = context.getBean(Importer.class);
        if (!document.equals(ImportArguments.STANDARD_INPUT) && !ImportArguments.isAddress(document)) {
            Path file = Path.of(document);
            return run(importer, source(document, file, String.valueOf(file.getFileName()), arguments, zone));
        }
        try {
            Path file = Files.createTempFile("utrop-import-", "");
            try {
                receive(context, document, file);
                String name = document.equals(ImportArguments.STANDARD_INPUT) ? "standard input" : document;
                return run(importer, source(name, file, name, arguments, zone));
            } finally {
                Files.delete(file);
            }
        } catch (ImportRefused e) {
            err.println(e.getMessage());
        } catch (IOException e) {
            err.println(document + ": can't be read: " + e.getMessage());
        }
        return FAILED;
    }

    private static void receive(ApplicationContext context, String document, Path file) throws IOException {
        if (document.equals(ImportArguments.STANDARD_INPUT)) {
            Files.copy(System.in, file, StandardCopyOption.REPLACE_EXISTING);
        } else {
            context.getBean(Download.class).fetch(document, file).block();
        }
    }

    private static Source source(String place, Path file, String name, ImportArguments arguments, ZoneId zone) {
        return new Source(
                place,
                new FileSystemResource(file),
                captured(file, arguments.captured(), zone),
                arguments.flags().contains(Flag.STRICT),
                arguments.source() != null,
                arguments.rules(name));
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
        read = 0;
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
            if (read > 0 && !source.strict()) {
                err.printf(
                        Locale.ROOT,
                        "%s: %,d items had been read and stored before: import it again to go on%n",
                        source.place(),
                        read);
            }
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
        read = report.read();
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
