package se.utrop.graphql;

import graphql.ExecutionResult;
import graphql.GraphQLError;
import java.util.List;
import org.springframework.graphql.server.WebGraphQlInterceptor;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.graphql.support.DefaultExecutionGraphQlResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Ends what takes too long, and publishes every error with its code. */
@Component
class ErrorInterceptor implements WebGraphQlInterceptor {

    private final Limits limits;

    ErrorInterceptor(Limits limits) {
        this.limits = limits;
    }

    @Override
    public Mono<WebGraphQlResponse> intercept(WebGraphQlRequest request, Chain chain) {
        return chain.next(request)
                .timeout(limits.timeout())
                .map(ErrorInterceptor::published)
                .onErrorResume(exception -> Mono.just(failed(request, exception)));
    }

    private static WebGraphQlResponse published(WebGraphQlResponse response) {
        List<GraphQLError> errors = response.getExecutionResult().getErrors();
        return errors.isEmpty()
                ? response
                : response.transform(builder ->
                        builder.errors(errors.stream().map(Errors::published).toList()));
    }

    private static WebGraphQlResponse failed(WebGraphQlRequest request, Throwable exception) {
        return new WebGraphQlResponse(new DefaultExecutionGraphQlResponse(
                request.toExecutionInput(),
                ExecutionResult.newExecutionResult()
                        .addError(Errors.of(exception))
                        .build()));
    }
}
