package se.utrop.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.Editor;
import se.utrop.Newsroom;
import se.utrop.Tokens;
import se.utrop.UtropTest;
import se.utrop.node.GlobalId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every mutation, with every kind of token, by every way in: only those who may, and nothing is written by the others. */
@UtropTest
class RightsTests {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final String DONE = "done";

    private final int port;

    private final Editor editor;

    private final Newsroom newsroom;

    RightsTests(@LocalServerPort int port, Editor editor, Newsroom newsroom) {
        this.port = port;
        this.editor = editor;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
    }

    private enum Way {
        POST,
        GET,
        WEB_SOCKET,
        EVENT_STREAM,
        EVENT_STREAM_BY_GET
    }

    /** A mutation, the scope that it takes, and one that doesn't help. */
    static Stream<Arguments> mutations() {
        return Stream.of(
                arguments("publishNews", "news:write", "news:retract topics:write"),
                arguments("reviseNews", "news:write", "news:retract topics:write"),
                arguments("retractNews", "news:retract", "news:write topics:write"),
                arguments("withdrawNews", "news:write", "news:retract topics:write"),
                arguments("restoreNews", "news:retract", "news:write topics:write"),
                arguments("scheduleNews", "news:write", "news:retract topics:write"),
                arguments("cancelScheduledNews", "news:write", "news:retract topics:write"),
                arguments("saveDraft", "news:draft", "news:retract topics:write"),
                arguments("discardDraft", "news:draft", "news:retract topics:write"),
                arguments("requestReview", "news:draft", "news:retract topics:write"),
                arguments("approveDraft", "news:write", "news:draft news:retract topics:write"),
                arguments("publishDraft", "news:write", "news:draft news:retract topics:write"),
                arguments("scheduleDraft", "news:write", "news:draft news:retract topics:write"),
                arguments("unscheduleDraft", "news:write", "news:draft news:retract topics:write"),
                arguments("createTopic", "topics:write", "news:write news:retract"),
                arguments("renameTopic", "topics:write", "news:write news:retract"),
                arguments("describeTopic", "topics:write", "news:write news:retract"),
                arguments("mergeTopics", "topics:write", "news:write news:retract"),
                arguments("deleteTopic", "topics:write", "news:write news:retract"),
                arguments("createSeries", "topics:write", "news:write news:retract"),
                arguments("renameSeries", "topics:write", "news:write news:retract"),
                arguments("describeSeries", "topics:write", "news:write news:retract"),
                arguments("setSynonyms", "topics:write", "news:write news:retract"),
                arguments("deleteSynonyms", "topics:write", "news:write news:retract"));
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void whoMayNotChangesNothing(String mutation, String scope, String others) throws Exception {
        Map<String, Object> request = request(mutation).get();
        String before = newsroomAsItIs();
        for (Way way : Way.values()) {
            for (Map.Entry<String, String> token : tokens(scope).entrySet()) {
                String expected = token.getKey().equals("none") && isByGet(way) ? "405" : "UNAUTHENTICATED";
                assertThat(call(way, request, token.getValue().isEmpty() ? null : token.getValue()))
                        .as("%s by %s with %s token", mutation, way, token.getKey())
                        .isEqualTo(expected);
            }
            assertThat(call(way, request, Tokens.of(others.split(" ", -1))))
                    .as("%s by %s without the scope", mutation, way)
                    .isEqualTo(isByGet(way) ? "405" : "FORBIDDEN: The token lacks the scope " + scope);
        }
        assertThat(call(Way.GET, request, Tokens.of(scope))).isEqualTo("405");
        assertThat(call(Way.EVENT_STREAM_BY_GET, request, Tokens.of(scope))).isEqualTo("405");
        assertThat(newsroomAsItIs()).isEqualTo(before);
    }

    private static boolean isByGet(Way way) {
        return way == Way.GET || way == Way.EVENT_STREAM_BY_GET;
    }

    private static Map<String, String> tokens(String scope) {
        return Map.of(
                "none", "",
                "expired", Tokens.expiring(Duration.ofHours(-1), scope),
                "another issuer's", Tokens.ofIssuer("http://127.0.0.1:9", scope),
                "another audience's", Tokens.forAudience("another", scope),
                "a forged", Tokens.forged(scope));
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void whoMayDoesIt(String mutation, String scope, String others) throws Exception {
        for (Way way : List.of(Way.POST, Way.WEB_SOCKET, Way.EVENT_STREAM)) {
            newsroom.clear();
            Map<String, Object> request = request(mutation).get();
            String before = newsroomAsItIs();
            assertThat(call(way, request, Tokens.of(scope)))
                    .as("%s by %s", mutation, way)
                    .isEqualTo(DONE);
            assertThat(newsroomAsItIs()).isNotEqualTo(before);
            assertThat(newsroom.ask("select caller from audit order by id desc limit 1", String.class))
                    .singleElement()
                    .asString()
                    .startsWith("http://127.0.0.1:")
                    .endsWith(" editor");
        }
    }

    @Test
    void aCorrectionWithARestorationTakesBothScopesAndARefusedText() throws Exception {
        String id = published();
        editor.done("retractNews", Map.of("id", id, "reason", "Fel."));
        Map<String, Object> request = request("restoreNews", Map.of("id", id, "title", "Annat"));
        String before = newsroomAsItIs();
        assertThat(call(Way.POST, request, Tokens.of("news:retract")))
                .isEqualTo("FORBIDDEN: The token lacks the scope news:write");
        assertThat(call(Way.POST, request, Tokens.of("news:write")))
                .isEqualTo("FORBIDDEN: The token lacks the scope news:retract");
        assertThat(call(Way.POST, request, Tokens.of("news:retract", "news:write")))
                .contains("The title that was kept is allowed");
        assertThat(newsroomAsItIs()).isEqualTo(before);
    }

    @Test
    void aSocketThatBringsItsTokenInTheRequestIsServed() throws Throwable {
        try (Socket socket = Socket.openWith(port, "Authorization", "Bearer " + Tokens.of("topics:write"))) {
            socket.send("{\"type\":\"connection_init\"}");
            socket.message("connection_ack");
            assertThat(outcome(socket, request("createTopic").get())).isEqualTo(DONE);
        }
    }

    @Test
    void whatWasReadWithATokenIsNotKeptForOthers() throws Exception {
        Map<String, Object> request = Map.of("query", "{ topics { name } }");
        HTTP.send(post(request, Tokens.of("topics:write")).build(), HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> answer =
                HTTP.send(post(request, Tokens.forged("topics:write")).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        newsroom.topic("kultur", "Kultur");
        assertThat(HTTP.send(post(request, null).build(), HttpResponse.BodyHandlers.ofString())
                        .body())
                .contains("Kultur");
    }

    @ParameterizedTest
    @MethodSource("thatFormsSend")
    void whatAPageOfAnotherOriginCanSendUnaskedIsNotTaken(String contentType, String accept) throws Exception {
        String before = newsroomAsItIs();
        HttpRequest request = HttpRequest.newBuilder(uri())
                .header("Content-Type", contentType)
                .header("Accept", accept)
                .header("Authorization", "Bearer " + Tokens.ofEditor())
                .POST(HttpRequest.BodyPublishers.ofString(JsonMapper.shared()
                        .writeValueAsString(request("createTopic").get())))
                .build();
        assertThat(HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(415);
        assertThat(newsroomAsItIs()).isEqualTo(before);
    }

    static Stream<Arguments> thatFormsSend() {
        return Stream.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
                .flatMap(type ->
                        Stream.of("application/json", "text/event-stream").map(accept -> arguments(type, accept)));
    }

    /** What to send, once there is something to change. */
    private Supplier<Map<String, Object>> request(String mutation) {
        Map<String, Object> news = Map.of("title", "Nytt", "summary", "Ingress.", "topics", List.of());
        String later = Instant.parse("2100-01-01T00:00:00Z").toString();
        return switch (mutation) {
            case "publishNews" -> () -> request(mutation, Map.of("news", news));
            case "reviseNews" ->
                () -> request(mutation, Map.of("id", published(), "expectedRevision", 1, "title", "Nyare"));
            case "retractNews" -> () -> request(mutation, Map.of("id", published(), "reason", "Fel."));
            case "scheduleNews" -> () -> request(mutation, Map.of("publishAt", later, "news", news));
            case "cancelScheduledNews" ->
                () -> Map.of(
                        "query",
                        "mutation($id: ID!) { payload: cancelScheduledNews(id: $id) { userErrors { code } } }",
                        "variables",
                        Map.of(
                                "id",
                                editor.done("scheduleNews", Map.of("publishAt", later, "news", news))
                                        .get("id")
                                        .asString()));
            case "saveDraft" -> () -> request(mutation, Map.of("content", Map.of("title", "Utkast")));
            case "scheduleDraft" ->
                () -> request(mutation, Map.of("id", draft(), "expectedVersion", 1, "publishAt", later));
            case "discardDraft", "requestReview", "approveDraft", "publishDraft" ->
                () -> request(mutation, Map.of("id", draft(), "expectedVersion", 1));
            case "unscheduleDraft" ->
                () -> {
                    Map<String, Object> version = Map.of("id", draft(), "expectedVersion", 1);
                    Map<String, Object> scheduled = new HashMap<>(version);
                    scheduled.put("publishAt", later);
                    editor.done("scheduleDraft", scheduled);
                    return request(mutation, version);
                };
            case "withdrawNews" -> () -> request(mutation, Map.of("id", published(), "expectedRevision", 1));
            case "restoreNews" ->
                () -> {
                    String id = published();
                    editor.done("retractNews", Map.of("id", id, "reason", "Fel."));
                    return request(mutation, Map.of("id", id));
                };
            case "createTopic", "createSeries" -> () -> request(mutation, Map.of("name", "Kultur"));
            case "describeTopic" ->
                () -> {
                    newsroom.topic("kultur", "Kultur");
                    return request(mutation, Map.of("slug", "kultur", "description", "Scener."));
                };
            case "mergeTopics" ->
                () -> {
                    newsroom.topic("kultur", "Kultur");
                    newsroom.topic("scener", "Scener");
                    return request(mutation, Map.of("from", "scener", "into", "kultur"));
                };
            case "deleteTopic" ->
                () -> {
                    newsroom.topic("kultur", "Kultur");
                    return request(mutation, Map.of("slug", "kultur"));
                };
            case "renameSeries" ->
                () -> {
                    newsroom.series("lage", "Läge");
                    return request(mutation, Map.of("slug", "lage", "name", "Läget"));
                };
            case "describeSeries" ->
                () -> {
                    newsroom.series("lage", "Läge");
                    return request(mutation, Map.of("slug", "lage", "description", "Varje dag."));
                };
            case "setSynonyms" -> () -> request(mutation, Map.of("word", "mkr", "synonyms", List.of("miljoner")));
            case "deleteSynonyms" ->
                () -> {
                    editor.done("setSynonyms", Map.of("word", "corona", "synonyms", List.of("covid-19")));
                    return request(mutation, Map.of("word", "corona"));
                };
            default ->
                () -> {
                    newsroom.topic("kultur", "Kultur");
                    return request(mutation, Map.of("slug", "kultur", "name", "Kultur och hälsa"));
                };
        };
    }

    private String published() {
        return editor.publish("Nytt").get("id").asString();
    }

    /** One that somebody else has written. */
    private String draft() {
        return new GlobalId('D', newsroom.ask("""
            insert into draft (id, written, authors)
            values (nextval(pg_get_serial_sequence('news', 'id')),
                '{"title": "Nytt", "summary": "Ingress.", "topics": []}', '{another}')
            returning id
            """, Long.class).getFirst()).toString();
    }

    private static Map<String, Object> request(String mutation, Map<String, Object> input) {
        return Map.of("query", Editor.document(mutation), "variables", Map.of("input", input));
    }

    /** All that a mutation may leave behind. */
    private String newsroomAsItIs() {
        return newsroom.ask("""
            select concat_ws(' ', (select version from feed), (select count(*) from audit),
                (select string_agg(cast(d as text), ' ' order by id) from draft d), (select count(*) from idempotent_call),
                (select string_agg(concat(title, revision), ' ' order by id) from news),
                (select string_agg(name || coalesce(description, ''), ' ' order by id) from topic),
                (select string_agg(name || coalesce(description, ''), ' ' order by id) from series),
                (select string_agg(word, ' ' order by word) from search_synonym))
            """, String.class).getFirst();
    }

    private String call(Way way, Map<String, Object> request, @Nullable String token) throws Exception {
        return switch (way) {
            case POST -> outcome(post(request, token));
            case EVENT_STREAM -> outcome(post(request, token).header("Accept", "text/event-stream"));
            case GET -> outcome(get(request, token));
            case EVENT_STREAM_BY_GET -> outcome(get(request, token).header("Accept", "text/event-stream"));
            case WEB_SOCKET -> bySocket(request, token);
        };
    }

    private HttpRequest.Builder post(Map<String, Object> request, @Nullable String token) {
        return signed(HttpRequest.newBuilder(uri()), token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JsonMapper.shared().writeValueAsString(request)));
    }

    private HttpRequest.Builder get(Map<String, Object> request, @Nullable String token) {
        URI address = URI.create(uri() + "?query=" + encoded(String.valueOf(request.get("query"))) + "&variables="
                + encoded(JsonMapper.shared().writeValueAsString(request.get("variables"))));
        return signed(HttpRequest.newBuilder(address), token);
    }

    private URI uri() {
        return URI.create("http://localhost:" + port + "/graphql");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static HttpRequest.Builder signed(HttpRequest.Builder request, @Nullable String token) {
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private static String outcome(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() == 405) {
            return "405";
        }
        String json = response.body()
                .lines()
                .map(line -> line.replaceFirst("^data: ?", ""))
                .filter(line -> line.startsWith("{"))
                .findFirst()
                .orElseThrow();
        return outcome(JsonMapper.shared().readTree(json));
    }

    private String bySocket(Map<String, Object> request, @Nullable String token) throws InterruptedException {
        try (Socket socket = token == null ? Socket.ready(port) : Socket.signedIn(port, token)) {
            if (token != null && !socket.message().path("type").asString().equals("connection_ack")) {
                return socket.code() == 4403 ? "UNAUTHENTICATED" : "closed by " + socket.code();
            }
            return outcome(socket, request);
        }
    }

    private static String outcome(Socket socket, Map<String, Object> request) throws InterruptedException {
        socket.send(JsonMapper.shared().writeValueAsString(Map.of("type", "subscribe", "id", "1", "payload", request)));
        JsonNode message = socket.message();
        JsonNode payload = message.get("payload");
        return payload.isArray() ? error(payload) : outcome(payload);
    }

    private static String outcome(JsonNode answer) {
        if (answer.has("errors")) {
            return error(answer.get("errors"));
        }
        return answer.at("/data/payload/userErrors").isEmpty() ? DONE : answer.toString();
    }

    private static String error(JsonNode errors) {
        String code = errors.at("/0/extensions/code").asString();
        return code.equals("FORBIDDEN") ? code + ": " + errors.at("/0/message").asString() : code;
    }
}
