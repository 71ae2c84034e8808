package se.utrop;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.context.annotation.Lazy;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls mutations of the server under test. */
@TestComponent
@Lazy
public class Editor {

    private static final String NEWS = "news { id slug title } revision userErrors { code path message }";

    private static final String TOPIC = "topic { id slug name description } userErrors { code path message }";

    private static final String SERIES =
            "series { id slug name description figureNames } userErrors { code path message }";

    private static final Map<String, String> PAYLOADS = Map.ofEntries(
            Map.entry("publishNews", NEWS),
            Map.entry("reviseNews", NEWS),
            Map.entry("withdrawNews", NEWS),
            Map.entry("restoreNews", NEWS),
            Map.entry("retractNews", "newsId userErrors { code path message }"),
            Map.entry("scheduleNews", "id publishAt userErrors { code path message }"),
            Map.entry("createTopic", TOPIC),
            Map.entry("renameTopic", TOPIC),
            Map.entry("describeTopic", TOPIC),
            Map.entry("mergeTopics", TOPIC),
            Map.entry("deleteTopic", "topicId userErrors { code path message }"),
            Map.entry("createSeries", SERIES),
            Map.entry("renameSeries", SERIES),
            Map.entry("describeSeries", SERIES),
            Map.entry("setSynonyms", "synonyms { word synonyms twoWay } userErrors { code path message }"),
            Map.entry("deleteSynonyms", "synonyms { word } userErrors { code path message }"));

    private final Api api;

    Editor(Api api) {
        this.api = api.with(Tokens.ofEditor());
    }

    /** Fields of an input; those of null stand there as null. */
    public static Map<String, @Nullable Object> fields(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> fields = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return fields;
    }

    public static Map<String, @Nullable Object> content(String title, @Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> content = fields("title", title, "summary", "Ingress.", "topics", List.of());
        content.putAll(fields(namesAndValues));
        return content;
    }

    /** The document that calls for a mutation with an input. */
    public static String document(String mutation) {
        String type = Character.toUpperCase(mutation.charAt(0)) + mutation.substring(1);
        return "mutation($input: %sInput!) { payload: %s(input: $input) { %s } }"
                .formatted(type, mutation, PAYLOADS.get(mutation));
    }

    public JsonNode call(String mutation, Map<String, ? extends @Nullable Object> input) {
        return api.data(document(mutation), Map.of("input", input)).get("payload");
    }

    /** A call by POST, for a client of the test's own. */
    public static HttpRequest.Builder request(
            int port, String mutation, Map<String, ? extends @Nullable Object> input) {
        String body = JsonMapper.shared()
                .writeValueAsString(Map.of("query", document(mutation), "variables", Map.of("input", input)));
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/graphql"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + Tokens.ofEditor())
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    /** What a call answers that has nothing to put right. */
    public JsonNode done(String mutation, Map<String, ? extends @Nullable Object> input) {
        JsonNode payload = call(mutation, input);
        assertThat(payload.get("userErrors")).isEmpty();
        return payload;
    }

    public JsonNode cancel(String id) {
        return api.data(
                        "mutation($id: ID!) { payload: cancelScheduledNews(id: $id) { id publishAt userErrors { code"
                                + " path message } } }",
                        Map.of("id", id))
                .get("payload");
    }

    public JsonNode publish(String title, @Nullable Object... namesAndValues) {
        return done("publishNews", Map.of("news", content(title, namesAndValues)))
                .get("news");
    }

    /** Each as code and path. */
    public static List<String> errors(JsonNode payload) {
        return payload.get("userErrors")
                .valueStream()
                .map(error -> error.get("code").asString() + " "
                        + String.join(
                                ".",
                                error.get("path")
                                        .valueStream()
                                        .map(JsonNode::asString)
                                        .toList()))
                .toList();
    }
}
