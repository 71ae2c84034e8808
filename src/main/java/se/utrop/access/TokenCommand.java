package se.utrop.access;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import se.utrop.embedded.EmbeddedDatabase;

/** The command {@code token --scopes=SCOPE[,SCOPE…] [--ttl=8h]}. */
public final class TokenCommand {

    public static final String USAGE = "token --scopes=SCOPE[,SCOPE…] [--ttl=8h]";

    private static final Set<String> SCOPES =
            Arrays.stream(TokenScope.values()).map(TokenScope::toString).collect(Collectors.toUnmodifiableSet());

    private static final Duration LONGEST = Duration.ofDays(366);

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private TokenCommand() {}

    /**
     * Runs the command.
     *
     * @param arguments what follows the word {@code token}, but for settings
     * @return the exit status: 0 where a token was printed, 1 where none can be made here, 2 where the arguments make no
     *     sense
     */
    public static int run(List<String> arguments, List<String> settings) {
        PrintStream out = System.out;
        // Logs go to the standard output: that's for the token.
        System.setOut(System.err);
        try {
            out.println(token(Arguments.of(arguments, settings)));
            return DONE;
        } catch (IllegalArgumentException e) {
            System.err.println("utrop token: " + e.getMessage());
            System.err.println("usage: java -jar utrop.jar " + USAGE);
            return MISUSED;
        } catch (FailureAnalyzedException e) {
            System.err.println("utrop token: " + e.getMessage());
            System.err.println(e.analysis().getAction());
            return FAILED;
        } finally {
            System.setOut(out);
        }
    }

    /** What the command is asked for; {@code settings} are Spring's. */
    record Arguments(Set<String> scopes, Duration lifetime, List<String> settings) {

        private static final String SCOPES_OPTION = "scopes";
        private static final String TTL_OPTION = "ttl";

        private static final Duration LIFETIME = Duration.ofHours(8);

        static Arguments of(List<String> words, List<String> settings) {
            ApplicationArguments given = new DefaultApplicationArguments(words.toArray(String[]::new));
            for (String option : given.getOptionNames()) {
                if (!option.equals(SCOPES_OPTION) && !option.equals(TTL_OPTION)) {
                    throw new IllegalArgumentException("unknown option --" + option);
                }
            }
            if (!given.getNonOptionArgs().isEmpty()) {
                throw new IllegalArgumentException(
                        "unknown option " + given.getNonOptionArgs().getFirst());
            }
            String scopes = last(given, SCOPES_OPTION);
            if (scopes == null) {
                throw new IllegalArgumentException("no scopes: name at least one of " + known());
            }
            String ttl = last(given, TTL_OPTION);
            return new Arguments(scopes(scopes), ttl == null ? LIFETIME : lifetime(ttl), List.copyOf(settings));
        }

        private static @Nullable String last(ApplicationArguments given, String option) {
            List<String> values = given.getOptionValues(option);
            return values == null || values.isEmpty() ? null : values.getLast();
        }

        private static Set<String> scopes(String text) {
            Set<String> scopes = new LinkedHashSet<>();
            for (String scope : text.split(",", -1)) {
                if (!SCOPES.contains(scope)) {
                    throw new IllegalArgumentException(
                            "there is no scope '%s': choose from %s".formatted(scope, known()));
                }
                scopes.add(scope);
            }
            return scopes;
        }

        private static String known() {
            return String.join(", ", SCOPES.stream().sorted().toList());
        }

        private static Duration lifetime(String text) {
            Duration lifetime = parsed(text);
            if (lifetime == null || !lifetime.isPositive() || lifetime.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "--ttl=%s is not a duration of at most a year: write it like --ttl=30m or --ttl=8h"
                                .formatted(text));
            }
            return lifetime;
        }

        private static @Nullable Duration parsed(String text) {
            try {
                return DurationStyle.detectAndParse(text);
            } catch (IllegalArgumentException | ArithmeticException e) {
                return null;
            }
        }
    }

    private static String token(Arguments arguments) {
        try (ConfigurableApplicationContext context = settings(arguments.settings())) {
            return LocalKey.in(directory(context.getEnvironment()))
                    .token(System.getProperty("user.name"), arguments.scopes(), arguments.lifetime());
        }
    }

    private static Path directory(Environment settings) {
        if (settings.containsProperty("spring.security.oauth2.resourceserver.jwt.issuer-uri")) {
            throw new FailureAnalyzedException("Tokens come from the issuer that is set.", "Request a token from it.");
        }
        Path directory = EmbeddedDatabase.directory(settings);
        if (directory == null) {
            throw new FailureAnalyzedException(
                    "Only a newsroom on the embedded database signs its own tokens.",
                    "With a database of your own, set spring.security.oauth2.resourceserver.jwt.issuer-uri.");
        }
        return directory;
    }

    /** No more of the program than its settings. */
    static class Settings {}

    private static ConfigurableApplicationContext settings(List<String> words) {
        return new SpringApplicationBuilder(Settings.class)
                .web(WebApplicationType.NONE)
                .logStartupInfo(false)
                .properties("logging.threshold.console=warn")
                .run(words.toArray(String[]::new));
    }
}
