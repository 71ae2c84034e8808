package se.utrop.feed;

import graphql.ExecutionResult;
import graphql.GraphQLError;
import graphql.execution.NonNullableFieldWasNullError;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.reactivestreams.Publisher;
import org.springframework.graphql.ExecutionGraphQlResponse;
import org.springframework.graphql.ExecutionGraphQlService;
import org.springframework.graphql.support.DefaultExecutionGraphQlRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.feed.FeedExecution.Asked;
import se.utrop.feed.Message.Kind;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Errors;
import se.utrop.graphql.Limits;
import se.utrop.graphql.Problem;
import se.utrop.paging.Position;
import tools.jackson.databind.json.JsonMapper;

/** Shows an event, or a position without one, as a document asks for it. */
@Component
class FeedRenderer {

    /** What passes: the event is then shown later, not with an error in the place of its news. */
    private static final Set<ErrorCode> PASSING = Set.of(ErrorCode.UNAVAILABLE, ErrorCode.TIMEOUT);

    private final ExecutionGraphQlService graphQl;
    private final FeedCursors cursors;
    private final JsonMapper json;
    private final Limits limits;
    private final FeedMetrics metrics;

    FeedRenderer(
            ExecutionGraphQlService graphQl, FeedCursors cursors, JsonMapper json, Limits limits, FeedMetrics metrics) {
        this.graphQl = graphQl;
        this.cursors = cursors;
        this.json = json;
        this.limits = limits;
        this.metrics = metrics;
    }

    static Problem notNow() {
        return notNow(ErrorCode.UNAVAILABLE);
    }

    private static Problem notNow(ErrorCode code) {
        return new Problem(code, "An event can't be shown just now");
    }

    Mono<Message> render(FeedQuery query, LoggedEvent event) {
        RuntimeException failure = Objects.requireNonNull(event.content()).failure();
        return failure == null ? execute(query, event) : Mono.error(failure);
    }

    private Mono<Message> execute(FeedQuery query, LoggedEvent event) {
        String cursor = cursors.write(event.position());
        return execute(query, cursor, asked -> Flux.just(shown(event, cursor, asked)))
                .map(text -> new Message(
                        Kind.EVENT, event.position(), cursor, event.occurredAt(), text, cursors.holes(text)));
    }

    /** Reads nothing of the database: a position is known to the node. */
    Mono<Message> render(FeedQuery query, Position position, boolean isCurrent) {
        String cursor = cursors.write(position);
        FeedPosition shown = new FeedPosition(cursor, cursors.unknown(), position.time(), isCurrent);
        return execute(query, cursor, asked -> Flux.just(shown))
                .map(text -> new Message(
                        isCurrent ? Kind.CURRENT_POSITION : Kind.POSITION,
                        position,
                        cursor,
                        position.time(),
                        text,
                        cursors.holes(text)));
    }

    private Mono<byte[]> execute(FeedQuery query, String cursor, FeedExecution execution) {
        DefaultExecutionGraphQlRequest request = new DefaultExecutionGraphQlRequest(
                query.key().document(), query.key().operationName(), query.variables(), Map.of(), cursor, Locale.ROOT);
        request.configureExecutionInput((input, builder) ->
                builder.graphQLContext(Map.of(FeedExecution.class, execution)).build());
        return graphQl.execute(request)
                .flatMap(FeedRenderer::result)
                .timeout(limits.timeout())
                .map(result -> json.writeValueAsBytes(published(result).toSpecification()))
                .doOnNext(text -> metrics.rendered());
    }

    private NewsEvent shown(LoggedEvent event, String cursor, Asked asked) {
        return NewsEvent.of(event, cursor, cursors.unknown(), asked.filter());
    }

    private static Mono<ExecutionResult> result(ExecutionGraphQlResponse response) {
        return response.getData() instanceof Publisher<?> results
                ? Mono.from(results).cast(ExecutionResult.class)
                : Mono.just(response.getExecutionResult());
    }

    /**
     * One error a field. In an event of a subscription, graphql-java 25 also reports the null that an error has left in a
     * field where the schema allows none.
     *
     * @see <a href="https://spec.graphql.org/September2025/#sec-Handling-Execution-Errors">GraphQL, Handling Execution Errors</a>
     */
    private static Stream<GraphQLError> fieldErrors(List<GraphQLError> errors) {
        Set<List<Object>> failed = errors.stream()
                .filter(error -> !(error instanceof NonNullableFieldWasNullError))
                .map(GraphQLError::getPath)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return errors.stream()
                .filter(error -> !(error instanceof NonNullableFieldWasNullError && failed.contains(error.getPath())));
    }

    private static ExecutionResult published(ExecutionResult result) {
        if (result.getErrors().isEmpty()) {
            return result;
        }
        List<GraphQLError> errors =
                fieldErrors(result.getErrors()).map(Errors::published).toList();
        errors.stream()
                .map(GraphQLError::getErrorType)
                .filter(PASSING::contains)
                .findFirst()
                .ifPresent(type -> {
                    throw notNow((ErrorCode) type);
                });
        if (result.getData() == null) {
            throw new IllegalStateException("An event can't be shown: " + errors);
        }
        return result.transform(builder -> builder.errors(errors));
    }
}
