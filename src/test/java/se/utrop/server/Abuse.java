package se.utrop.server;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request that nobody sends who means well.
 *
 * @param body a character a byte
 * @param code that the answer has to have; null where it is refused before GraphQL is spoken
 */
record Abuse(
        String name, String body, String headers, @Nullable String code) {

    private static final String JSON = "Content-Type: application/json\r\n";

    /** Also shown to clients that take only JSON, which GraphQL over HTTP gives a 200 for wrong documents. */
    byte[] request(String accept) {
        return ("POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: " + accept + "\r\n" + headers
                        + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return name;
    }

    static List<Abuse> all() {
        return List.of(
                document("deep nesting", nested(12), "COST_EXCEEDED"),
                document("nesting that no parser bears", nested(5000), "GRAPHQL_PARSE_FAILED"),
                document(
                        "nested lists",
                        "{ nodes(ids: " + "[".repeat(9000) + "]".repeat(9000) + ") { id } }",
                        "GRAPHQL_PARSE_FAILED"),
                document("aliases", "{ " + numbered(60, "a%d: __typename") + " }", "COST_EXCEEDED"),
                document("10,000 aliases", "{ " + numbered(10_000, "a%d:__a") + " }", "GRAPHQL_PARSE_FAILED"),
                document(
                        "circular fragments",
                        "{ newsBySlug(slug: \"x\") { ...A } } fragment A on News { related { ...B } }"
                                + " fragment B on News { related { ...A } }",
                        "GRAPHQL_VALIDATION_FAILED"),
                document("fragments that multiply fields", fragments(5, "related { ...F%1$d }"), "COST_EXCEEDED"),
                document("fragments that multiply themselves", fragments(60, "...F%1$d"), "COST_EXCEEDED"),
                document(
                        "lists that multiply",
                        "{ news(first: 100) { nodes { related(first: 10) { related(first: 10) { id } } } } }",
                        "COST_EXCEEDED"),
                document(
                        "known directives",
                        "{ __typename " + "@skip(if: false)".repeat(1000) + " }",
                        "GRAPHQL_PARSE_FAILED"),
                document(
                        "unknown directives",
                        "{ __typename " + numbered(900, "@a%d") + " }",
                        "GRAPHQL_VALIDATION_FAILED"),
                document(
                        "fields that conflict",
                        "{ " + numbered(130, "news(first: %d) { nodes { id } }") + " }",
                        "GRAPHQL_VALIDATION_FAILED"),
                document(
                        "deep introspection",
                        "{ __schema { types " + "{ fields { type ".repeat(8) + "{ name }" + " } }".repeat(8) + " } }",
                        "COST_EXCEEDED"),
                document(
                        "introspection again and again",
                        "{ " + numbered(40, "a%d: __schema { types { name } }") + " }",
                        "COST_EXCEEDED"),
                document(
                        "unused variables",
                        "query(" + numbered(300, "$a%d: Int") + ") { __typename }",
                        "GRAPHQL_VALIDATION_FAILED"),
                document(
                        "a number of 100,000 digits",
                        "{ news(first: " + "9".repeat(100_000) + ") { nodes { id } } }",
                        "GRAPHQL_PARSE_FAILED"),
                document("a name of 100,000 letters", "{ " + "a".repeat(100_000) + " }", "GRAPHQL_VALIDATION_FAILED"),
                document("100,000 spaces", "{ __typename" + " ".repeat(100_000) + "}", "GRAPHQL_PARSE_FAILED"),
                document(
                        "a string of 1 MB",
                        "{ newsBySlug(slug: \"" + "x".repeat(1_000_000) + "\") { id } }",
                        "BAD_USER_INPUT"),
                variables(
                        "a list of 20,000",
                        Map.of(
                                "ids",
                                IntStream.range(0, 20_000).mapToObj(i -> "x").toList()),
                        "COST_EXCEEDED"),
                variables("a list of 1 MB", Map.of("ids", List.of("x".repeat(1_000_000))), "BAD_USER_INPUT"),
                json(
                        "nested JSON",
                        "{\"query\":\"{a}\",\"variables\":" + "{\"a\":".repeat(20_000) + "1" + "}".repeat(20_000)
                                + "}"),
                json("nested JSON arrays", "{\"variables\":" + "[".repeat(60_000) + "]".repeat(60_000) + "}"),
                json(
                        "a JSON number of 100,000 digits",
                        "{\"query\":\"{a}\",\"variables\":{\"n\":" + "9".repeat(100_000) + "}}"),
                json("a JSON name of 100,000 letters", "{\"query\":\"{a}\",\"" + "n".repeat(100_000) + "\":1}"),
                json("a name twice", "{\"query\":\"{ __typename }\",\"query\":\"{ __typename }\"}"),
                json("a batch", "[" + "{\"query\":\"{ __typename }\"},".repeat(3000) + "{}]"),
                json("half an object", "{\"query\":"),
                bytes(
                        "bytes that are no UTF-8",
                        "{\"query\":\"{ newsBySlug(slug:\\\"\u00ff\u00fe\\\"){ id } }\"}",
                        StandardCharsets.ISO_8859_1,
                        "BAD_USER_INPUT"),
                bytes(
                        "an overlong form",
                        "{\"query\":\"{ newsBySlug(slug:\\\"\u00c0\u00af\\\"){ id } }\"}",
                        StandardCharsets.ISO_8859_1,
                        "BAD_USER_INPUT"),
                bytes("UTF-16", "{\"query\":\"{ __typename }\"}", StandardCharsets.UTF_16, "BAD_USER_INPUT"),
                new Abuse(
                        "a form",
                        "query=%7B__typename%7D",
                        "Content-Type: application/x-www-form-urlencoded\r\n",
                        "BAD_USER_INPUT"),
                new Abuse("a type that is none", "", "Content-Type: /////\r\n", "BAD_USER_INPUT"),
                new Abuse("headers of 20 KB", "", JSON + "X-Padding: " + "x".repeat(20_000) + "\r\n", null),
                new Abuse("5,000 headers", "", JSON + "X: x\r\n".repeat(5000), null),
                new Abuse("two lengths", "", JSON + "Content-Length: 5\r\n", null),
                new Abuse(
                        "a length and chunks",
                        "0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
                        JSON + "Transfer-Encoding: chunked\r\n",
                        null),
                new Abuse("chunks that are none", "", JSON + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", null));
    }

    private static Abuse document(String name, String document, String code) {
        return json(name, JsonMapper.shared().writeValueAsString(Map.of("query", document)), code);
    }

    private static Abuse variables(String name, Map<String, ?> variables, String code) {
        String document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        return json(
                name, JsonMapper.shared().writeValueAsString(Map.of("query", document, "variables", variables)), code);
    }

    private static Abuse json(String name, String body) {
        return json(name, body, "BAD_USER_INPUT");
    }

    private static Abuse json(String name, String body, String code) {
        return bytes(name, body, StandardCharsets.UTF_8, code);
    }

    private static Abuse bytes(String name, String body, Charset charset, String code) {
        return new Abuse(name, new String(body.getBytes(charset), StandardCharsets.ISO_8859_1), JSON, code);
    }

    private static String nested(int levels) {
        return "{ newsBySlug(slug: \"x\") " + "{ nextInSeries ".repeat(levels) + "{ id }" + " }".repeat(levels) + " }";
    }

    private static String fragments(int count, String inner) {
        String chain = IntStream.range(0, count)
                .mapToObj(i -> ("fragment F%2$d on News { " + inner + " a: series { latest { ...F%1$d } } "
                                + "nextInSeries { ...F%1$d } previousInSeries { ...F%1$d } }")
                        .formatted(i + 1, i))
                .collect(Collectors.joining(" "));
        return "{ newsBySlug(slug: \"x\") { ...F0 } } " + chain + " fragment F" + count + " on News { id }";
    }

    private static String numbered(int count, String part) {
        return IntStream.range(0, count).mapToObj(part::formatted).collect(Collectors.joining(" "));
    }
}
