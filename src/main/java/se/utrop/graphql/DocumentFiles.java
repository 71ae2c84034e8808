package se.utrop.graphql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads persisted documents from a directory: {@code *.graphql} files with one document each, and {@code *.json} files
 * in the formats of client tools. GraphQL Code Generator and Relay write an object of ids and documents, Apollo's tools
 * a manifest.
 *
 * @see <a href="https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#persisted-documents">GraphQL Code
 * Generator, persisted documents</a>
 * @see <a href="https://relay.dev/docs/guides/persisted-queries/">Relay, persisted queries</a>
 * @see <a href="https://www.apollographql.com/docs/graphos/platform/security/persisted-queries#manifest-format">Apollo,
 * persisted query manifest</a>
 */
final class DocumentFiles {

    /** The maximum size of all files together, in bytes. */
    private static final long LARGEST = 32L << 20;

    private static final int MOST = 10_000;

    private static final String MANIFEST = "apollo-persisted-query-manifest";

    private final JsonMapper json;

    private final List<StoredDocument> found = new ArrayList<>();

    private long size;

    private DocumentFiles(JsonMapper json) {
        this.json = json;
    }

    static List<StoredDocument> read(Path directory, JsonMapper json) {
        DocumentFiles files = new DocumentFiles(json);
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                files.read(file);
            }
        } catch (IOException | UncheckedIOException e) {
            throw refused("utrop.documents.directory can't be read: " + e);
        }
        return List.copyOf(files.found);
    }

    static FailureAnalyzedException refused(String description) {
        return new FailureAnalyzedException(
                description, "Correct the file, or remove it from the directory that utrop.documents.directory names.");
    }

    private void read(Path file) throws IOException {
        String name = file.toString();
        if (name.endsWith(".graphql")) {
            add(new StoredDocument(file, null, text(file)));
        } else if (name.endsWith(".json")) {
            readJson(file);
        }
    }

    private void add(StoredDocument document) {
        found.add(document);
        if (found.size() > MOST) {
            throw refused("utrop.documents.directory holds more than %d documents".formatted(MOST));
        }
    }

    private String text(Path file) throws IOException {
        size += Files.size(file);
        if (size > LARGEST) {
            throw refused(
                    "utrop.documents.directory holds more than %d MB: %s is too much".formatted(LARGEST >> 20, file));
        }
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw refused(file + " is not UTF-8");
        }
    }

    private void readJson(Path file) throws IOException {
        JsonNode root = tree(file, text(file));
        if (!root.isObject()) {
            throw unknown(file);
        }
        if (root.has("format")) {
            readManifest(file, root);
        } else {
            root.properties().forEach(entry -> {
                if (!entry.getValue().isString()) {
                    throw unknown(file);
                }
                add(new StoredDocument(file, entry.getKey(), entry.getValue().asString()));
            });
        }
    }

    private JsonNode tree(Path file, String text) {
        try {
            return json.readTree(text);
        } catch (JacksonException e) {
            throw refused("%s is not JSON: %s (line %d)"
                    .formatted(
                            file,
                            e.getOriginalMessage(),
                            e.getLocation() == null ? 1 : e.getLocation().getLineNr()));
        }
    }

    private void readManifest(Path file, JsonNode root) {
        if (!root.path("format").asString("").equals(MANIFEST)
                || !root.path("version").asString("").equals("1")
                || !root.path("operations").isArray()) {
            throw unknown(file);
        }
        int number = 0;
        for (JsonNode operation : root.path("operations")) {
            number++;
            if (!operation.path("id").isString() || !operation.path("body").isString()) {
                throw refused("%s, operation %d has no id or no body".formatted(file, number));
            }
            add(new StoredDocument(
                    file,
                    operation.path("id").asString(),
                    operation.path("body").asString()));
        }
    }

    private static FailureAnalyzedException unknown(Path file) {
        return refused("""
            %s is of no form that is known: neither an object of ids and documents, as GraphQL Code Generator \
            (persisted-documents.json) and Relay (persisted.json) write it, nor version 1 of an %s.\
            """.formatted(file, MANIFEST));
    }
}
