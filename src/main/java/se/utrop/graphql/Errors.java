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

/** Gives every error its code, and tells the client nothing of the inside. */
@Component
public class Errors extends DataFetcherExceptionResolverAdapter {

    private static final Logger log = LoggerFactory.getLogger(Errors.class);

    private static final String REFERENCE = "reference";

    private static final String QUERY_CANCELED = "57014";

    private static final String CHARACTER_NOT_IN_REPERTOIRE = "22021";

    /** Of a message: graphql-java's quote what was sent, however much that was. */
    private static final int LONGEST = 400;

    private static final Set<String> CONNECTION_STATES = Set.of("08", "53", "57");

    /** graphql-java's own for what a request has wrong. */
    private static final Set<ErrorClassification> OF_INPUT = Set.of(ErrorType.ValidationError, ErrorType.InvalidSyntax);

    /** What an operator should hear of, but not each time. */
    private static final Set<ErrorCode> WARNED_OF = Set.of(ErrorCode.TIMEOUT, ErrorCode.UNAVAILABLE);

    Errors(MeterRegistry meters) {
        ErrorLog.register(meters);
    }

    @Override
    protected GraphQLError resolveToSingleError(Throwable exception, DataFetchingEnvironment environment) {
        return of(exception, environment);
    }

    /** The error that a client sees in place of a field. */
    public static GraphQLError of(Throwable exception, DataFetchingEnvironment environment) {
        return of(exception, GraphqlErrorBuilder.newError(environment));
    }

    /** The error that a client sees in place of an answer. */
    public static GraphQLError of(Throwable exception) {
        GraphQLError error = of(exception, GraphqlErrorBuilder.newError());
        ErrorLog.of(code(error)).count();
        return error;
    }

    /** The answer that a client gets where there is nothing but an error. */
    public static Map<String, Object> answer(Throwable exception) {
        return Map.of("errors", List.of(of(exception).toSpecification()));
    }

    /** The error that a client sees where graphql-java found one. */
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

    /** Of an error that has its code already, what a program can go on with; graphql-java's own are not for clients. */
    private static Map<String, Object> extensions(GraphQLError error, ErrorCode code) {
        Map<String, Object> extensions = new LinkedHashMap<>(Map.of("code", code.name()));
        if (error.getErrorType() == code && error.getExtensions() != null) {
            extensions.putAll(error.getExtensions());
        }
        return extensions;
    }

    private static String shortened(String message) {
        return message.length() > LONGEST ? message.substring(0, LONGEST) + "…" : message;
    }

    private static GraphQLError of(Throwable exception, GraphqlErrorBuilder<?> error) {
        ErrorCode code = code(exception);
        Problem problem = problem(exception);
        if (code == ErrorCode.INTERNAL && problem == null) {
            return internal(error, "Unexpected", exception);
        }
        if (WARNED_OF.contains(code)) {
            ErrorLog.of(code).warn(() -> described(exception));
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

    /** graphql-java coerces arguments only when a field is executed: a null for one that can't be null is found out then. */
    private static @Nullable Problem ownProblem(Throwable exception) {
        return switch (exception) {
            case Problem problem -> problem;
            case GraphQLException coercion
            when coercion instanceof GraphQLError error && OF_INPUT.contains(error.getErrorType()) ->
                Problem.badInput(shortened(String.valueOf(coercion.getMessage())));
            default -> null;
        };
    }

    private static String described(Throwable exception) {
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
        return OF_INPUT.contains(type) ? ErrorCode.BAD_USER_INPUT : ErrorCode.INTERNAL;
    }

    /** Whether this error ended the whole request. */
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
        return problem == null ? codeOfOthers(exception) : problem.code();
    }

    private static @Nullable ErrorCode codeOfOthers(Throwable exception) {
        return switch (exception) {
            case AbortExecutionException abort -> ErrorCode.COST_EXCEEDED;
            case TimeoutException timeout -> ErrorCode.TIMEOUT;
            case CancellationException cancelled -> ErrorCode.TIMEOUT;
            case R2dbcException database when QUERY_CANCELED.equals(database.getSqlState()) -> ErrorCode.TIMEOUT;
            case R2dbcException database
            when CHARACTER_NOT_IN_REPERTOIRE.equals(database.getSqlState()) -> ErrorCode.BAD_USER_INPUT;
            case R2dbcTimeoutException busy -> ErrorCode.UNAVAILABLE;
            case R2dbcException database when isConnection(database) -> ErrorCode.UNAVAILABLE;
            default -> null;
        };
    }

    private static boolean isConnection(R2dbcException exception) {
        String state = exception.getSqlState();
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
