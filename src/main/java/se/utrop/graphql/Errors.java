package se.utrop.graphql;

import graphql.ErrorClassification;
import graphql.ErrorType;
import graphql.GraphQLError;
import graphql.GraphQLException;
import graphql.GraphqlErrorBuilder;
import graphql.InvalidSyntaxError;
import graphql.execution.AbortExecutionException;
import graphql.introspection.GoodFaithIntrospection;
import graphql.schema.DataFetchingEnvironment;
import graphql.validation.ValidationError;
import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.graphql.execution.DataFetcherExceptionResolverAdapter;
import org.springframework.stereotype.Component;

/** Converts exceptions and graphql-java's errors to errors with a code. Internals are not exposed to the client. */
@Component
public class Errors extends DataFetcherExceptionResolverAdapter {

    private static final Logger log = LoggerFactory.getLogger(Errors.class);

    private static final String REFERENCE = "reference";

    private static final String QUERY_CANCELED = "57014";

    private static final String CHARACTER_NOT_IN_REPERTOIRE = "22021";

    /** The maximum length of a message. Those of graphql-java quote the client's input without a limit. */
    private static final int MAX_LENGTH = 400;

    private static final Set<String> CONNECTION_STATES = Set.of("08", "53", "57");

    /**
     * Serialization failure, by which a standby ends a query that is in the way of replication, and read-only transaction, for
     * a change that meets a standby during a failover.
     *
     * @see <a href="https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-CONFLICT">Handling Query Conflicts</a>
     */
    private static final Set<String> STANDBY_STATES = Set.of("40001", "25006");

    /** graphql-java's classifications of invalid requests. */
    private static final Set<ErrorClassification> INPUT_ERRORS =
            Set.of(ErrorType.ValidationError, ErrorType.InvalidSyntax);

    /** Codes that are worth a warning, but not for each error. */
    private static final Set<ErrorCode> WARNED = Set.of(ErrorCode.TIMEOUT, ErrorCode.UNAVAILABLE);

    Errors(MeterRegistry meters) {
        ErrorLog.register(meters);
    }

    @Override
    protected GraphQLError resolveToSingleError(Throwable exception, DataFetchingEnvironment environment) {
        return of(exception, environment);
    }

    /** The error for a field. */
    public static GraphQLError of(Throwable exception, DataFetchingEnvironment environment) {
        return of(exception, GraphqlErrorBuilder.newError(environment));
    }

    /** The error for a whole request. */
    public static GraphQLError of(Throwable exception) {
        GraphQLError error = of(exception, GraphqlErrorBuilder.newError());
        ErrorLog.of(code(error)).count();
        return error;
    }

    /** A response that contains only an error. */
    public static Map<String, Object> answer(Throwable exception) {
        return Map.of("errors", List.of(of(exception).toSpecification()));
    }

    /** The error that a client gets for one of graphql-java. */
    public static GraphQLError published(GraphQLError error) {
        ErrorCode code = code(error);
        ErrorLog.of(code).count();
        GraphqlErrorBuilder<?> published = GraphqlErrorBuilder.newError()
                .message("%s", shortened(error.getMessage()))
                .locations(error.getLocations())
                .path(error.getPath())
                .errorType(code)
                .extensions(extensions(error, code));
        return code == ErrorCode.INTERNAL && !extensions(error, code).containsKey(REFERENCE)
                ? internal(published, error.getMessage(), null)
                : published.build();
    }

    /** The extensions of an error that already has a code, plus that code. Those of graphql-java are not exposed. */
    private static Map<String, Object> extensions(GraphQLError error, ErrorCode code) {
        Map<String, Object> extensions = new LinkedHashMap<>(Map.of("code", code.name()));
        if (error.getErrorType() == code && error.getExtensions() != null) {
            extensions.putAll(error.getExtensions());
        }
        return extensions;
    }

    private static String shortened(String message) {
        return message.length() > MAX_LENGTH ? message.substring(0, MAX_LENGTH) + "…" : message;
    }

    private static GraphQLError of(Throwable exception, GraphqlErrorBuilder<?> error) {
        ErrorCode code = code(exception);
        Problem problem = problem(exception);
        if (code == ErrorCode.INTERNAL && problem == null) {
            return internal(error, "Unexpected", exception);
        }
        if (WARNED.contains(code)) {
            ErrorLog.of(code).warn(() -> description(exception));
        }
        return error.message("%s", problem == null ? message(code) : String.valueOf(problem.getMessage()))
                .errorType(code)
                .extensions(extensions(code, problem))
                .build();
    }

    private static Map<String, Object> extensions(ErrorCode code, @Nullable Problem problem) {
        Map<String, Object> extensions = new LinkedHashMap<>(Map.of("code", code.name()));
        if (problem != null) {
            extensions.putAll(problem.extensions());
        }
        return extensions;
    }

    private static @Nullable Problem problem(Throwable exception) {
        return causes(exception)
                .map(Errors::ownProblem)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /**
     * The problem that an exception stands for; null if it is none of the client's. Graphql-java coerces arguments when
     * it executes a field, and only then detects null for a non-null argument.
     */
    private static @Nullable Problem ownProblem(Throwable exception) {
        return switch (exception) {
            case Problem problem -> problem;
            case GraphQLException coercion
            when coercion instanceof GraphQLError error && INPUT_ERRORS.contains(error.getErrorType()) ->
                Problem.badInput(shortened(String.valueOf(coercion.getMessage())));
            default -> null;
        };
    }

    private static String description(Throwable exception) {
        return causes(exception).map(Throwable::toString).collect(Collectors.joining(", because of "));
    }

    private static GraphQLError internal(GraphqlErrorBuilder<?> error, String what, @Nullable Throwable cause) {
        String reference = UUID.randomUUID().toString();
        log.error("{} (reference {})", what, reference, cause);
        return error.message("The server failed. If this happens again, report the reference " + reference)
                .errorType(ErrorCode.INTERNAL)
                .extensions(Map.of("code", ErrorCode.INTERNAL.name(), REFERENCE, reference))
                .build();
    }

    private static ErrorCode code(GraphQLError error) {
        ErrorClassification type = error.getErrorType();
        if (type instanceof ErrorCode code) {
            return code;
        }
        if (error instanceof InvalidSyntaxError) {
            return ErrorCode.GRAPHQL_PARSE_FAILED;
        }
        if (error instanceof ValidationError) {
            return ErrorCode.GRAPHQL_VALIDATION_FAILED;
        }
        if (isAbort(error) || error instanceof GoodFaithIntrospection.BadFaithIntrospectionError) {
            return ErrorCode.COST_EXCEEDED;
        }
        return INPUT_ERRORS.contains(type) ? ErrorCode.BAD_USER_INPUT : ErrorCode.INTERNAL;
    }

    /** Whether the error aborted the whole request. */
    static boolean isAbort(GraphQLError error) {
        return error instanceof AbortExecutionException;
    }

    private static ErrorCode code(Throwable exception) {
        return causes(exception)
                .map(Errors::ownCode)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(ErrorCode.INTERNAL);
    }

    private static @Nullable ErrorCode ownCode(Throwable exception) {
        Problem problem = ownProblem(exception);
        return problem == null ? codeOfLibraries(exception) : problem.code();
    }

    private static @Nullable ErrorCode codeOfLibraries(Throwable exception) {
        return switch (exception) {
            case AbortExecutionException abort -> ErrorCode.COST_EXCEEDED;
            case TimeoutException timeout -> ErrorCode.TIMEOUT;
            case CancellationException cancelled -> ErrorCode.TIMEOUT;
            case R2dbcException database when QUERY_CANCELED.equals(database.getSqlState()) -> ErrorCode.TIMEOUT;
            case R2dbcException database
            when CHARACTER_NOT_IN_REPERTOIRE.equals(database.getSqlState()) -> ErrorCode.BAD_USER_INPUT;
            case R2dbcTimeoutException busy -> ErrorCode.UNAVAILABLE;
            case R2dbcException database when isUnavailable(database) -> ErrorCode.UNAVAILABLE;
            default -> null;
        };
    }

    private static boolean isUnavailable(R2dbcException exception) {
        String state = exception.getSqlState();
        return STANDBY_STATES.contains(String.valueOf(state)) || isConnection(exception, state);
    }

    private static boolean isConnection(R2dbcException exception, @Nullable String state) {
        return (state == null || state.length() < 2)
                ? exception instanceof R2dbcTransientResourceException
                        || exception instanceof R2dbcNonTransientResourceException
                : CONNECTION_STATES.contains(state.substring(0, 2));
    }

    private static String message(ErrorCode code) {
        return switch (code) {
            case TIMEOUT -> "The answer took too long: request less, or try again later";
            case UNAVAILABLE -> "The newsroom can't be read now: try again in a moment";
            case BAD_USER_INPUT -> "A text contains U+0000: remove it";
            default -> code.name();
        };
    }

    private static Stream<Throwable> causes(Throwable exception) {
        return Stream.iterate(exception, Objects::nonNull, Throwable::getCause).limit(20);
    }
}
