package se.utrop.graphql;

import org.springframework.graphql.ExecutionGraphQlRequest;
import org.springframework.graphql.ExecutionGraphQlResponse;
import org.springframework.graphql.ExecutionGraphQlService;
import org.springframework.graphql.execution.BatchLoaderRegistry;
import org.springframework.graphql.execution.DefaultExecutionGraphQlService;
import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Spring's execution service with fatal errors contained, so that the request always ends. */
@Component
class GraphQlExecution implements ExecutionGraphQlService {

    private final DefaultExecutionGraphQlService service;

    GraphQlExecution(GraphQlSource source, BatchLoaderRegistry loaders) {
        this.service = new DefaultExecutionGraphQlService(source);
        service.addDataLoaderRegistrar(loaders);
    }

    @Override
    public Mono<ExecutionGraphQlResponse> execute(ExecutionGraphQlRequest request) {
        return FatalErrors.contain(service.execute(request));
    }
}
