package se.utrop.graphql;

import graphql.GraphQLError;
import graphql.language.OperationDefinition.Operation;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.graphql.autoconfigure.GraphQlProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.graphql.server.WebGraphQlHandler;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * GraphQL over HTTP, by POST and, to read only, by GET. Spring's own handler takes POST alone.
 *
 * @see <a href="https://graphql.github.io/graphql-over-http/draft/">GraphQL over HTTP</a>
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class GraphQlEndpoint {

    private static final List<MediaType> OFFERED =
            List.of(MediaType.APPLICATION_JSON, MediaType.APPLICATION_GRAPHQL_RESPONSE);

    private static final Set<Operation> READING = Set.of(Operation.QUERY);

    private static final Set<Operation> ANSWERED_ONCE = Set.of(Operation.QUERY, Operation.MUTATION);

    private static final Set<Charset> UNICODE = Set.of(StandardCharsets.UTF_8);

    private final WebGraphQlHandler handler;

    private final Documents documents;

    private final JsonMapper json;

    private final Limits limits;

    GraphQlEndpoint(WebGraphQlHandler handler, Documents documents, JsonMapper json, Limits limits) {
        this.handler = handler;
        this.documents = documents;
        this.json = json;
        this.limits = limits;
    }

    @Bean
    @Order(-1)
    RouterFunction<ServerResponse> graphQlOverHttp(GraphQlProperties properties) {
        String path = properties.getHttp().getPath();
        return RouterFunctions.route()
                .GET(path, this::get)
                .POST(path, this::post)
                .route(request -> request.path().equals(path), this::otherMethod)
                .build();
    }

    private Mono<ServerResponse> get(ServerRequest request) {
        return answer(request, Mono.fromSupplier(() -> RequestBody.ofGet(request.queryParams(), json)));
    }

    private Mono<ServerResponse> post(ServerRequest request) {
        return isJson(request)
                ? answer(request, RequestBody.ofPost(request.bodyToFlux(DataBuffer.class), limits, json))
                : refuse(request, HttpStatus.UNSUPPORTED_MEDIA_TYPE, "Send the request as application/json in UTF-8");
    }

    private Mono<ServerResponse> otherMethod(ServerRequest request) {
        return ServerResponse.status(HttpStatus.METHOD_NOT_ALLOWED)
                .allow(HttpMethod.GET, HttpMethod.POST)
                .build();
    }

    private Mono<ServerResponse> answer(ServerRequest request, Mono<RequestBody> asked) {
        MediaType accepted = accepted(request);
        if (accepted == null) {
            return refuse(
                    request, HttpStatus.NOT_ACCEPTABLE, "Accept application/graphql-response+json or application/json");
        }
        return asked.flatMap(body -> execute(request, body, accepted))
                .onErrorResume(
                        DataBufferLimitException.class,
                        e -> refuse(
                                request,
                                HttpStatus.CONTENT_TOO_LARGE,
                                "The body must not be larger than " + limits.body()))
                .onErrorResume(Problem.class, e -> refuse(request, HttpStatus.BAD_REQUEST, e.getMessage()));
    }

    private Mono<ServerResponse> execute(ServerRequest request, RequestBody body, MediaType accepted) {
        if (request.method().equals(HttpMethod.GET) && !documents.isOf(READING, body)) {
            return refuse(request, HttpStatus.METHOD_NOT_ALLOWED, "GET only reads: send this operation by POST");
        }
        if (!documents.isOf(ANSWERED_ONCE, body)) {
            return refuse(
                    request,
                    HttpStatus.BAD_REQUEST,
                    "A subscription goes by WebSocket (graphql-transport-ws), or by a request that accepts"
                            + " text/event-stream");
        }
        return handler.handleRequest(graphQlRequest(request, body)).flatMap(response -> write(response, accepted));
    }

    private static WebGraphQlRequest graphQlRequest(ServerRequest request, RequestBody body) {
        return body.request(
                request.uri(),
                request.headers().asHttpHeaders(),
                request.remoteAddress().orElse(null),
                request.exchange().getRequest().getId());
    }

    private Mono<ServerResponse> write(WebGraphQlResponse response, MediaType accepted) {
        boolean answered = response.getExecutionResult().isDataPresent();
        boolean alwaysOk = accepted.equals(MediaType.APPLICATION_JSON);
        return ServerResponse.status(answered || alwaysOk ? HttpStatus.OK : HttpStatus.BAD_REQUEST)
                .headers(headers -> headers.putAll(response.getResponseHeaders()))
                .contentType(accepted)
                .bodyValue(json.writeValueAsBytes(response.toMap()));
    }

    private Mono<ServerResponse> refuse(ServerRequest request, HttpStatus status, @Nullable String message) {
        MediaType accepted = accepted(request);
        GraphQLError error = Errors.of(Problem.badInput(String.valueOf(message)));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("errors", List.of(error.toSpecification()));
        ServerResponse.BodyBuilder response =
                ServerResponse.status(status).contentType(accepted == null ? MediaType.APPLICATION_JSON : accepted);
        if (status.equals(HttpStatus.METHOD_NOT_ALLOWED)) {
            response.allow(HttpMethod.POST);
        }
        return response.bodyValue(json.writeValueAsBytes(body));
    }

    private static boolean isJson(ServerRequest request) {
        try {
            MediaType type = request.headers().contentType().orElse(MediaType.APPLICATION_OCTET_STREAM);
            return MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type)
                    && (type.getCharset() == null || UNICODE.contains(type.getCharset()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What the client likes best of what is offered; JSON where it doesn't care, null where it takes neither. */
    private static @Nullable MediaType accepted(ServerRequest request) {
        try {
            List<MediaType> accept = request.headers().accept();
            return accept.isEmpty()
                    ? MediaType.APPLICATION_JSON
                    : OFFERED.stream()
                            .filter(offer -> quality(offer, accept) > 0)
                            .max(Comparator.<MediaType>comparingDouble(offer -> quality(offer, accept))
                                    .thenComparing(offer -> isNamed(offer, accept)))
                            .orElse(null);
        } catch (InvalidMediaTypeException e) {
            return null;
        }
    }

    private static double quality(MediaType offer, List<MediaType> accept) {
        return accept.stream()
                .filter(range -> range.includes(offer))
                .max(Comparator.comparing(range -> !range.isWildcardType() && !range.isWildcardSubtype()))
                .map(MediaType::getQualityValue)
                .orElse(0.0);
    }

    private static boolean isNamed(MediaType offer, List<MediaType> accept) {
        return accept.stream().anyMatch(offer::equalsTypeAndSubtype);
    }
}
