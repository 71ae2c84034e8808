package se.utrop.importing;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.DefaultApplicationArguments;
import se.utrop.news.Urgency;

/**
 * What the command {@code import} is asked for.
 *
 * @param documents paths, addresses, or {@code -} for the standard input
 * @param captured the day on which listings were copied; null if it wasn't given
 * @param flags options without a value
 * @param source the name of the source that the documents are of; null if it wasn't given
 * @param settings those of Spring
 */
record ImportArguments(
        List<String> documents,
        @Nullable LocalDate captured,
        Set<Flag> flags,
        @Nullable String source,
        List<String> settings) {

    static final String STANDARD_INPUT = "-";

    private static final String CAPTURED = "captured";
    private static final String SOURCE = "source";

    private static final Pattern SCHEME = Pattern.compile("(?i)[a-z][a-z0-9+.-]+://.*");
    private static final Pattern WEB = Pattern.compile("(?i)https?://.+");

    enum Flag {
        STRICT("strict"),
        KEEP("keep"),
        RETRACT_DELETED("retract-deleted");

        private final String option;

        Flag(String option) {
            this.option = option;
        }
    }

    static ImportArguments of(List<String> words, List<String> settings) {
        ApplicationArguments given = new DefaultApplicationArguments(words.toArray(String[]::new));
        given.getOptionNames().forEach(ImportArguments::requireKnown);
        List<String> documents =
                given.getNonOptionArgs().stream().map(ImportArguments::document).toList();
        if (documents.isEmpty()) {
            throw new IllegalArgumentException("no file: name at least one listing or feed");
        }
        if (documents.stream().filter(STANDARD_INPUT::equals).count() > 1) {
            throw new IllegalArgumentException("- stands twice: the standard input can be read only once");
        }
        Set<Flag> flags = Stream.of(Flag.values())
                .filter(flag -> isSet(flag, given.getOptionValues(flag.option)))
                .collect(Collectors.toUnmodifiableSet());
        return new ImportArguments(
                documents,
                captured(given.getOptionValues(CAPTURED)),
                flags,
                source(given.getOptionValues(SOURCE)),
                List.copyOf(settings));
    }

    static boolean isAddress(String document) {
        return WEB.matcher(document).matches();
    }

    /** The rules for a document of this name. */
    ImportedSource rules(String name) {
        return new ImportedSource(
                source == null ? name : source,
                List.of(),
                Urgency.ROUTINE,
                List.of(),
                !flags.contains(Flag.KEEP),
                flags.contains(Flag.RETRACT_DELETED));
    }

    private static void requireKnown(String option) {
        if (!option.equals(CAPTURED)
                && !option.equals(SOURCE)
                && Stream.of(Flag.values()).noneMatch(flag -> flag.option.equals(option))) {
            throw unknown("--" + option);
        }
    }

    private static boolean isSet(Flag flag, @Nullable List<String> values) {
        if (values != null && !values.isEmpty()) {
            throw new IllegalArgumentException("--%s takes no value".formatted(flag.option));
        }
        return values != null;
    }

    private static IllegalArgumentException unknown(String option) {
        return new IllegalArgumentException("unknown option " + option + ": a file of that name is ./" + option);
    }

    private static String document(String word) {
        if (word.startsWith("-") && !word.equals(STANDARD_INPUT)) {
            throw unknown(word);
        }
        if (SCHEME.matcher(word).matches()) {
            if (!isAddress(word)) {
                throw new IllegalArgumentException(
                        word + " can't be fetched: only http and https addresses can; save it, and import the file");
            }
            return word;
        }
        return Path.of(word).toString();
    }

    private static @Nullable String source(@Nullable List<String> names) {
        if (names == null) {
            return null;
        }
        if (names.isEmpty() || names.getLast().isBlank()) {
            throw new IllegalArgumentException("--source without a name: write --source=name");
        }
        return names.getLast().strip();
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
