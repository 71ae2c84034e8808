package se.utrop.graphql;

import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQLError;
import java.util.List;
import java.util.Optional;
import org.springframework.core.annotation.Order;
import org.springframework.graphql.server.WebGraphQlInterceptor;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.graphql.support.DefaultExecutionGraphQlResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Enforces the time limit of an operation, and gives every error its code. */
@Component
@Order(InterceptorOrder.ERRORS)
class ErrorInterceptor implements WebGraphQlInterceptor {

    private final Limits limits;

    ErrorInterceptor(Limits limits) {
        this.limits = limits;
    }

    @Override
    public Mono<WebGraphQlResponse> intercept(WebGraphQlRequest request, Chain chain) {
        Mono<WebGraphQlResponse> answer = FatalErrors.contain(Mono.defer(() -> chain.next(request)));
        Mono<WebGraphQlResponse> response = Deadline.limit(answer, limits.timeout())
                .map(ErrorInterceptor::published)
                .onErrorResume(exception -> Mono.just(failed(request.toExecutionInput(), Errors.of(exception))));
        return FatalErrors.contain(response);
    }

    private static WebGraphQlResponse published(WebGraphQlResponse response) {
        List<GraphQLError> errors = response.getExecutionResult().getErrors();
        if (errors.isEmpty()) {
            return response;
        }
        Optional<GraphQLError> abort = errors.stream().filter(Errors::isAbort).findFirst();
        return abort.isPresent()
                ? failed(response.getExecutionInput(), Errors.published(abort.get()))
                : response.transform(builder ->
                        builder.errors(errors.stream().map(Errors::published).toList()));
    }

    private static WebGraphQlResponse failed(ExecutionInput input, GraphQLError error) {
        return new WebGraphQlResponse(new DefaultExecutionGraphQlResponse(
                input, ExecutionResult.newExecutionResult().addError(error).build()));
    }
}
