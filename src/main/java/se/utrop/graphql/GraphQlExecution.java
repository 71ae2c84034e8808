package se.utrop.graphql;

import graphql.language.OperationDefinition;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.graphql.ExecutionGraphQlRequest;
import org.springframework.graphql.ExecutionGraphQlResponse;
import org.springframework.graphql.ExecutionGraphQlService;
import org.springframework.graphql.execution.BatchLoaderRegistry;
import org.springframework.graphql.execution.DefaultExecutionGraphQlService;
import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.tracing.Spans;

/**
 * Spring's execution service with fatal errors contained, so that the request always ends. While tracing is on, each
 * operation has a span.
 */
@Component
class GraphQlExecution implements ExecutionGraphQlService {

    private final DefaultExecutionGraphQlService service;

    private final Documents documents;

    private final @Nullable Spans spans;

    GraphQlExecution(
            GraphQlSource source, BatchLoaderRegistry loaders, Documents documents, ObjectProvider<Spans> spans) {
        this.service = new DefaultExecutionGraphQlService(source);
        service.addDataLoaderRegistrar(loaders);
        this.documents = documents;
        this.spans = spans.getIfAvailable();
    }

    @Override
    public Mono<ExecutionGraphQlResponse> execute(ExecutionGraphQlRequest request) {
        return FatalErrors.contain(
                spans == null ? service.execute(request) : observed(service.execute(request), request, spans));
    }

    private Mono<ExecutionGraphQlResponse> observed(
            Mono<ExecutionGraphQlResponse> execution, ExecutionGraphQlRequest request, Spans spans) {
        OperationDefinition operation = documents.read(request.getDocument()).operation(request.getOperationName());
        return operation == null
                ? execution
                : spans.ofOperation(
                        execution, operation.getOperation().name().toLowerCase(Locale.ROOT), operation.getName());
    }
}
