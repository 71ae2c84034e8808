package se.utrop.graphql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import se.utrop.UtropTest;
import se.utrop.graphql.PersistedDocumentProperties.Mode;
import se.utrop.text.Sha256;
import tools.jackson.databind.json.JsonMapper;

/** A start with documents that a tool has written, and what keeps it from starting. */
@UtropTest
class DocumentFilesTests {

    private static final String TOPICS = "{ topics { slug } }";

    private static final String SERIES = "{ series { slug } }";

    private final Documents documents;

    private final JsonMapper json;

    @TempDir
    private Path directory;

    DocumentFilesTests(Documents documents, JsonMapper json) {
        this.documents = documents;
        this.json = json;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
        [1, 2]                                                                          | form that is known
        { "name": "app", "private": true }                                              | form that is known
        { "format": "other", "version": 1, "operations": [] }                           | form that is known
        { "format": "apollo-persisted-query-manifest", "version": 2, "operations": [] } | form that is known
        { "format": "apollo-persisted-query-manifest", "version": 1 }                   | form that is known
        { "format": "apollo-persisted-query-manifest", "version": 1, "operations": [{}] } | operation 1
        { "a": "{ topics { slug } }"                                                    | not JSON
        { "a": "{ topics { slug } }", "a": "{ series { slug } }" }                      | "a"
        { "a": "{ topics { slug" }                                                      | entry a
        { "a": "{ topics { price } }" }                                                 | price
        { "a": "fragment A on Topic { slug }" }                                         | entry a
        { "a": "{ topics { ... @defer { slug } } }" }                                   | defer
        { "a": "subscription { ...Nothing }" }                                          | Nothing
        { "": "{ topics { slug } }" }                                                   | empty
        { "sha256:1": "{ topics { slug } }" }                                           | SHA-256
        { "0cc175b9c0f1b6a831c399e269772661": "{ topics { slug } }" }                   | MD5
        { "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8": "{ topics { slug } }" }           | SHA-1
        """)
    void aFileThatIsNotAsAToolWritesItEndsTheStart(String content, String complaint) throws IOException {
        write("client.json", content);
        assertRefused("client.json", complaint);
    }

    @Test
    void aSha256OfAnotherTextEndsTheStart() throws IOException {
        write("client.json", json.writeValueAsString(Map.of(Sha256.hex(SERIES), TOPICS)));
        assertRefused("client.json", "entry " + Sha256.hex(SERIES), "SHA-256");
    }

    @Test
    void anIdOfTwoDocumentsEndsTheStart() throws IOException {
        write("one.json", json.writeValueAsString(Map.of("front", TOPICS)));
        write("two.json", json.writeValueAsString(Map.of("front", SERIES)));
        assertRefused("two.json, entry front", "one.json");
    }

    @Test
    void anIdOfOneDocumentMayStandInSeveralFiles() throws IOException {
        write("one.json", json.writeValueAsString(Map.of("front", TOPICS)));
        write("two.json", json.writeValueAsString(Map.of("front", TOPICS, "other", TOPICS)));
        write("Topics.graphql", TOPICS);
        PersistedDocuments persisted = start();
        assertThat(persisted.complete(named("front")).query()).isEqualTo(TOPICS);
        assertThat(persisted.complete(named("sha256:" + Sha256.hex(TOPICS))).query())
                .isEqualTo(TOPICS);
    }

    @Test
    void aDocumentOfAFileOfItsOwnIsCheckedToo() throws IOException {
        write("Topics.graphql", "{ topics { price } }");
        assertRefused("Topics.graphql", "price");
    }

    /** As Relay's tools write them: the condition has a value only when the document is executed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "subscription($all: Boolean!) { newsFeed { cursor occurredAt @include(if: $all) } }",
                "subscription($all: Boolean!) { newsFeed @include(if: $all) { cursor } }",
                "subscription($all: Boolean!) { ...F @include(if: $all) } fragment F on Subscription { newsFeed {"
                        + " cursor } }"
            })
    void aSubscriptionMayDependOnAVariable(String document) throws IOException {
        write("client.json", json.writeValueAsString(Map.of("feed", document)));
        assertThat(start().complete(named("feed")).query()).isEqualTo(document);
    }

    @Test
    void bytesThatAreNotUtf8EndTheStart() throws IOException {
        Files.write(directory.resolve("client.json"), "{\"å\": 1}".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused("client.json", "UTF-8");
    }

    @Test
    void moreDocumentsThanTheLimitEndTheStart() throws IOException {
        write(
                "client.json",
                IntStream.rangeClosed(0, 10_000)
                        .mapToObj(i -> "\"id%d\": \"{ topics { slug } }\"".formatted(i))
                        .collect(Collectors.joining(",", "{", "}")));
        assertRefused("10000 documents");
    }

    @Test
    void moreBytesThanTheLimitEndTheStart() throws IOException {
        write("client.json", " ".repeat((32 << 20) + 1));
        assertRefused("client.json", "32 MB");
    }

    @Test
    void otherFilesAreLeftAlone() throws IOException {
        write("README.md", "Written by a tool");
        start();
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(directory.resolve(file), content);
    }

    private PersistedDocuments start() {
        return new PersistedDocuments(new PersistedDocumentProperties(Mode.ALLOW, directory, null), documents, json);
    }

    private void assertRefused(String... parts) {
        assertThatExceptionOfType(FailureAnalyzedException.class)
                .isThrownBy(this::start)
                .satisfies(refused ->
                        assertThat(refused.analysis().getDescription()).contains(parts));
    }

    private static RequestBody named(String id) {
        return RequestBody.of(Map.of("documentId", id));
    }
}
