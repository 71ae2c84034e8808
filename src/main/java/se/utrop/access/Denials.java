package se.utrop.access;

import graphql.GraphQLError;
import graphql.schema.DataFetchingEnvironment;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.graphql.execution.DataFetcherExceptionResolver;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.authorization.ExpressionAuthorizationDecision;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Errors;
import se.utrop.graphql.Problem;

/** Tells a caller who may not do something what is missing. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class Denials implements DataFetcherExceptionResolver {

    private static final Pattern SCOPE = Pattern.compile("'SCOPE_([^']+)'");

    @Override
    public Mono<List<GraphQLError>> resolveException(Throwable exception, DataFetchingEnvironment environment) {
        return exception instanceof AccessDeniedException denied
                ? Caller.current().map(caller -> List.of(Errors.of(problem(denied, caller), environment)))
                : Mono.empty();
    }

    private static Problem problem(AccessDeniedException denied, Caller caller) {
        return caller.authentication() == null
                ? new Problem(
                        ErrorCode.UNAUTHENTICATED, "This is for editors: send a token, as Authorization: Bearer and it")
                : new Problem(ErrorCode.FORBIDDEN, "The token lacks the scope " + scope(denied));
    }

    private static String scope(AccessDeniedException denied) {
        if (denied instanceof AuthorizationDeniedException refused
                && refused.getAuthorizationResult() instanceof ExpressionAuthorizationDecision decision) {
            Matcher scope = SCOPE.matcher(decision.getExpression().getExpressionString());
            if (scope.find()) {
                return scope.group(1);
            }
        }
        return "that this needs";
    }
}
