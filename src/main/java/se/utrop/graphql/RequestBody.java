package se.utrop.graphql;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.support.DefaultGraphQlRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.util.MultiValueMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A GraphQL request in the format of GraphQL over HTTP, which other transports share.
 *
 * @param query the document; empty if the request only names one of {@link PersistedDocuments}
 * @see <a href="https://graphql.github.io/graphql-over-http/draft/">GraphQL over HTTP</a>
 */
public record RequestBody(
        String query,
        @Nullable String documentId,
        @Nullable String operationName,
        Map<String, @Nullable Object> variables,
        Map<String, Object> extensions) {

    private static final Set<Charset> UNICODE = Set.of(StandardCharsets.UTF_8);

    private static final TypeReference<Map<String, @Nullable Object>> OBJECT = new TypeReference<>() {};

    /** The replacement character, which decoders substitute for malformed UTF-8. */
    private static final char UNREADABLE = '\uFFFD';

    /** The key of the operation that is asked for. */
    public OperationKey key() {
        return new OperationKey(query, operationName, variables);
    }

    /**
     * Whether a POST declares JSON. A form can't do so, nor can a page of another origin without a preflight request.
     */
    public static boolean isJson(HttpHeaders headers) {
        try {
            MediaType type = headers.getContentType();
            return type != null
                    && MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type)
                    && (type.getCharset() == null || UNICODE.contains(type.getCharset()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether a POST's body is compressed, which is not supported. */
    public static boolean isPacked(HttpHeaders headers) {
        List<String> codings = headers.getOrEmpty(HttpHeaders.CONTENT_ENCODING);
        return codings.stream()
                .anyMatch(coding -> !coding.isBlank() && !coding.strip().equalsIgnoreCase("identity"));
    }

    /** Reads a POST's body. Signals a DataBufferLimitException if it is too large. */
    public static Mono<RequestBody> ofPost(Flux<DataBuffer> body, Limits limits, JsonMapper json) {
        return FatalErrors.contain(
                        DataBufferUtils.join(body, Math.toIntExact(limits.body().toBytes())))
                .map(RequestBody::text)
                .defaultIfEmpty("")
                // the client has disconnected and gets no response; otherwise Spring would log a server error
                .onErrorMap(AbortedException.class, e -> Problem.badInput("The body is incomplete"))
                .map(text -> of(object("The body", text, json)));
    }

    private static String text(DataBuffer buffer) {
        try {
            String text = buffer.toString(StandardCharsets.UTF_8);
            if (text.indexOf(UNREADABLE) >= 0 && !isUtf8(buffer)) {
                throw new UnreadableRequest("The body must be UTF-8");
            }
            return text;
        } finally {
            DataBufferUtils.release(buffer);
        }
    }

    private static boolean isUtf8(DataBuffer buffer) {
        ByteBuffer bytes = ByteBuffer.allocate(buffer.readableByteCount());
        buffer.toByteBuffer(bytes);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(bytes);
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    public static RequestBody ofGet(MultiValueMap<String, String> parameters, JsonMapper json) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("query", single(parameters, "query"));
        values.put("documentId", single(parameters, "documentId"));
        values.put("operationName", single(parameters, "operationName"));
        values.put("variables", object(parameters, "variables", json));
        values.put("extensions", object(parameters, "extensions", json));
        return of(values);
    }

    /** Creates the request to execute, for a client with this address and these headers. */
    public WebGraphQlRequest request(URI uri, HttpHeaders headers, @Nullable InetSocketAddress client, String id) {
        return new WebGraphQlRequest(
                uri,
                headers,
                null,
                client,
                Map.of(),
                new DefaultGraphQlRequest(query, operationName, variables, extensions),
                id,
                Locale.ENGLISH);
    }

    /** Reads a parsed JSON object. */
    public static RequestBody of(Map<String, @Nullable Object> values) {
        String query = string("query", values);
        return new RequestBody(
                query == null || query.isBlank() ? "" : query,
                string("documentId", values),
                string("operationName", values),
                map("variables", values),
                nonNull(map("extensions", values)));
    }

    RequestBody withQuery(String document) {
        return new RequestBody(document, null, operationName, variables, extensions);
    }

    private static @Nullable String string(String name, Map<String, @Nullable Object> values) {
        Object value = values.get(name);
        if (value != null && !(value instanceof String)) {
            throw Problem.badInput(name + " must be a string or null");
        }
        return (String) value;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> map(String name, Map<String, @Nullable Object> values) {
        Object value = values.get(name);
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof Map)) {
            throw Problem.badInput(name + " must be a JSON object or null");
        }
        return (Map<String, @Nullable Object>) value;
    }

    private static Map<String, Object> nonNull(Map<String, @Nullable Object> values) {
        Map<String, Object> present = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (value != null) {
                present.put(name, value);
            }
        });
        return present;
    }

    /**
     * The value of a parameter of a URL.
     *
     * @throws Problem BAD_USER_INPUT if it is repeated or not UTF-8
     */
    public static @Nullable String single(MultiValueMap<String, String> parameters, String name) {
        if (parameters.getOrDefault(name, List.of()).size() > 1) {
            throw Problem.badInput(name + " must be given once");
        }
        String value = parameters.getFirst(name);
        if (value != null && value.indexOf(UNREADABLE) >= 0) {
            throw Problem.badInput(name + " must be UTF-8");
        }
        return value;
    }

    private static @Nullable Object object(MultiValueMap<String, String> parameters, String name, JsonMapper json) {
        String text = single(parameters, name);
        return text == null || text.isEmpty() || text.equals("null") ? null : object(name, text, json);
    }

    private static Map<String, @Nullable Object> object(String name, String text, JsonMapper json) {
        try {
            Map<String, @Nullable Object> object = json.readValue(text, OBJECT);
            if (object != null) {
                return object;
            }
        } catch (JacksonException e) {
            // rejected below, because the parser's message would expose internals
        }
        throw new UnreadableRequest(name + " must be one JSON object: no batch, no name twice, no deep nesting");
    }
}
