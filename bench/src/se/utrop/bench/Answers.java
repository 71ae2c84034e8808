package se.utrop.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What servers answer to the same questions, which has to be the same. Those of the first one are the measure. */
final class Answers {

    private static final Pattern FACT = Pattern.compile("\"(?:slug|title|count|newsCount)\":(\"[^\"]*\"|\\d+)");

    private final Path directory;

    Answers(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    void keep(String server, Scenario scenario, String variant, String answer) throws IOException {
        Path file = directory.resolve("%s-%s.json".formatted(scenario.name(), variant));
        Files.createDirectories(directory.resolve(server));
        Files.writeString(directory.resolve(server).resolve(file.getFileName()), answer);
        if (!Files.exists(file)) {
            Files.writeString(file, answer);
        }
        List<String> expected = facts(scenario, Files.readString(file));
        if (expected.isEmpty() || !expected.equals(facts(scenario, answer))) {
            throw new IOException(
                    "%s answers differently: compare %s with that in %s/".formatted(server, file, server));
        }
    }

    /** Titles and numbers, in their order; that of the topics depends on a language. */
    private static List<String> facts(Scenario scenario, String answer) {
        List<String> facts =
                FACT.matcher(answer).results().map(MatchResult::group).toList();
        return scenario.name().equals("topics") ? facts.stream().sorted().toList() : facts;
    }
}
