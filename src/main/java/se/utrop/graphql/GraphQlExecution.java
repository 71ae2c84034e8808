package se.utrop.graphql;

import org.springframework.graphql.ExecutionGraphQlRequest;
import org.springframework.graphql.ExecutionGraphQlResponse;
import org.springframework.graphql.ExecutionGraphQlService;
import org.springframework.graphql.execution.BatchLoaderRegistry;
import org.springframework.graphql.execution.DefaultExecutionGraphQlService;
import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Spring's execution, whose request also ends after an error that Reactor takes for fatal. */
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
