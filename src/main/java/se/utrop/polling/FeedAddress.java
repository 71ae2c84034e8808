package se.utrop.polling;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriUtils;
import se.utrop.graphql.Problem;
import se.utrop.graphql.RequestBody;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * An address of the feed in normal form: those that ask for the same are equal, so that caches keep one answer for all.
 *
 * @param document the parameter documentId or query, with its value
 * @param variables in JSON, with sorted names; empty if there are none
 * @param after the cursor that the events come after; null for the position of now
 * @param live until when the request may wait, as {@link Buckets} has it; 0 if it is to be answered at once
 * @param isStream whether an event stream is asked for. The address decides, and not {@code Accept}: a cache would have to keep
 *     an answer for each text of that header
 */
record FeedAddress(
        Map.Entry<String, String> document,
        String variables,
        @Nullable String operationName,
        @Nullable String after,
        long live,
        boolean isStream) {

    static final String PATH = "/feed";

    private static final String AFTER = "after";

    private static final String LIVE = "live";

    private static final String STREAM = "stream";

    /** The name of {@code after} in Durable Streams, and its value for the position of now. */
    private static final String OFFSET = "offset";

    private static final String NOW = "now";

    private static final Set<String> NAMES =
            Set.of("documentId", "query", "variables", "operationName", AFTER, LIVE, STREAM, OFFSET);

    /** What fits into a long, and its successor too. */
    private static final int MOST_DIGITS = 18;

    /**
     * Parses the parameters of a request, in any order.
     *
     * @param body the same parameters, as a request of GraphQL
     * @throws Problem BAD_USER_INPUT if a parameter is unknown, repeated or malformed
     */
    static FeedAddress of(MultiValueMap<String, String> parameters, RequestBody body, JsonMapper json) {
        checkNames(parameters);
        boolean isStream = parameters.containsKey(STREAM);
        String after = after(parameters);
        if (isStream && (after != null || parameters.containsKey(LIVE))) {
            throw Problem.badInput("stream goes with neither after nor live");
        }
        return new FeedAddress(
                document(body),
                body.variables().isEmpty() ? "" : sorted(body.variables(), json),
                body.operationName(),
                after,
                live(RequestBody.single(parameters, isStream ? STREAM : LIVE)),
                isStream);
    }

    private static @Nullable String after(MultiValueMap<String, String> parameters) {
        if (parameters.containsKey(AFTER) && parameters.containsKey(OFFSET)) {
            throw Problem.badInput("after and offset are the same: give one of them");
        }
        String cursor = RequestBody.single(parameters, parameters.containsKey(OFFSET) ? OFFSET : AFTER);
        return cursor == null || cursor.isEmpty() || (cursor.equals(NOW) && parameters.containsKey(OFFSET))
                ? null
                : cursor;
    }

    private static void checkNames(MultiValueMap<String, String> parameters) {
        parameters.keySet().forEach(name -> {
            if (!NAMES.contains(name)) {
                throw Problem.badInput(
                        "The parameters are documentId or query, variables, operationName, after, live and stream");
            }
        });
    }

    private static Map.Entry<String, String> document(RequestBody body) {
        return body.query().isEmpty() && body.documentId() != null
                ? Map.entry("documentId", body.documentId())
                : Map.entry("query", body.query());
    }

    private static String sorted(Map<String, ?> variables, JsonMapper json) {
        return json.writer()
                .with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .writeValueAsString(variables);
    }

    private static long live(@Nullable String value) {
        if (value == null || value.isEmpty()) {
            return 0;
        }
        if (value.length() > MOST_DIGITS || !value.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            throw Problem.badInput("live and stream must be the number that next has");
        }
        return Long.parseLong(value);
    }

    /** The address that follows an answer with this cursor. */
    FeedAddress next(String cursor, long newLive) {
        return new FeedAddress(document, variables, operationName, cursor, newLive, false);
    }

    /** The address of the stream that follows this one. */
    FeedAddress nextStream(long newLive) {
        return new FeedAddress(document, variables, operationName, null, newLive, true);
    }

    /** The same, to be answered at once. */
    FeedAddress atOnce() {
        return new FeedAddress(document, variables, operationName, after, 0, isStream);
    }

    /** The path and the query, with the parameters in a fixed order. */
    String text() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put(document.getKey(), document.getValue());
        parameters.put("variables", variables);
        parameters.put("operationName", operationName == null ? "" : operationName);
        parameters.put(AFTER, after == null ? "" : after);
        parameters.put(LIVE, live == 0 || isStream ? "" : String.valueOf(live));
        parameters.put(STREAM, isStream ? String.valueOf(live) : "");
        return parameters.entrySet().stream()
                .filter(parameter -> !parameter.getValue().isEmpty())
                .map(parameter ->
                        parameter.getKey() + "=" + UriUtils.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", PATH + "?", ""));
    }
}
