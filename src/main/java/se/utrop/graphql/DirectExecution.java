package se.utrop.graphql;

import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.ExecutionResultImpl;
import graphql.GraphQLContext;
import graphql.GraphQLError;
import graphql.execution.AbortExecutionException;
import graphql.execution.CoercedVariables;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.ExecutionStepInfo;
import graphql.execution.ValuesResolver;
import graphql.execution.instrumentation.Instrumentation;
import graphql.language.Document;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.DataFetchingEnvironmentImpl;
import graphql.schema.GraphQLSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.ExecutionGraphQlRequest;
import org.springframework.graphql.ExecutionGraphQlResponse;
import org.springframework.graphql.ExecutionGraphQlService;
import org.springframework.graphql.execution.BatchLoaderRegistry;
import org.springframework.graphql.execution.DataFetcherExceptionResolver;
import org.springframework.graphql.execution.DefaultExecutionGraphQlService;
import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.graphql.support.DefaultExecutionGraphQlResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;
import se.utrop.graphql.DirectQuery.RootField;

/**
 * Executes the queries that most clients send: known documents, of which only root fields have to be fetched. What
 * graphql-java does for any document, a third of what a page takes, is done once a document here. All others, and whatever
 * isn't as planned, is left to it; so is everything where somebody else wants to look into executions.
 */
@Component
class DirectExecution implements ExecutionGraphQlService {

    private final ExecutionGraphQlService general;

    private final GraphQLSchema schema;

    private final Documents documents;

    private final List<OperationGuard> guards;

    private final boolean observed;

    private final DataFetcherExceptionHandler failures;

    private final JsonWriter writer;

    DirectExecution(
            GraphQlSource source,
            BatchLoaderRegistry loaders,
            Documents documents,
            List<OperationGuard> guards,
            List<Instrumentation> instrumentations,
            Errors errors,
            JsonWriter writer) {
        DefaultExecutionGraphQlService service = new DefaultExecutionGraphQlService(source);
        service.addDataLoaderRegistrar(loaders);
        this.general = service;
        this.schema = source.schema();
        this.documents = documents;
        this.guards = guards;
        this.observed = !instrumentations.stream().allMatch(OperationGuard.class::isInstance);
        this.failures = DataFetcherExceptionResolver.createExceptionHandler(List.of(errors));
        this.writer = writer;
    }

    @Override
    public Mono<ExecutionGraphQlResponse> execute(ExecutionGraphQlRequest request) {
        PreparedDocument document =
                observed || request.getOperationName() != null ? null : documents.prepared(request.getDocument());
        DirectQuery query = document == null ? null : query(document);
        return document == null || query == null
                ? general(request)
                : Mono.deferContextual(context -> execute(document, query, request, context))
                        .onErrorResume(NotAsPlanned.class, e -> general(request));
    }

    private Mono<ExecutionGraphQlResponse> general(ExecutionGraphQlRequest request) {
        return FatalErrors.contain(general.execute(request));
    }

    /** How a document is executed here, if it is. */
    private record Way(@Nullable DirectQuery query) {

        int weight() {
            return query == null ? 0 : query.weight();
        }
    }

    private @Nullable DirectQuery query(PreparedDocument prepared) {
        Document document = prepared.document();
        return prepared.derived(document, Way.class, () -> new Way(DirectQuery.of(document, schema)), Way::weight)
                .query();
    }

    private Mono<ExecutionGraphQlResponse> execute(
            PreparedDocument document, DirectQuery query, ExecutionGraphQlRequest request, ContextView context) {
        ExecutionInput input = request.toExecutionInput();
        document.in(input.getGraphQLContext());
        context.forEach(input.getGraphQLContext()::put);
        Execution execution = new Execution(query, input, variables(query, input));
        guards.forEach(guard -> guard.admit(execution.operation(), input.getGraphQLContext()));
        return execution.answers().map(answers -> new DefaultExecutionGraphQlResponse(input, result(query, answers)));
    }

    private CoercedVariables variables(DirectQuery query, ExecutionInput input) {
        try {
            return ValuesResolver.coerceVariableValues(
                    schema,
                    query.operation().getVariableDefinitions(),
                    input.getRawVariables(),
                    input.getGraphQLContext(),
                    input.getLocale());
        } catch (RuntimeException e) {
            throw new NotAsPlanned();
        }
    }

    private static ExecutionResult result(DirectQuery query, List<Answered> answers) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        List<GraphQLError> errors = new ArrayList<>();
        boolean whole = true;
        for (int i = 0; i < answers.size(); i++) {
            RootField field = query.fields().get(i);
            Answered answer = answers.get(i);
            data.put(field.key(), answer.text);
            errors.addAll(answer.errors);
            whole &= answer.text != null || field.isNullable();
        }
        return new ExecutionResultImpl(whole ? data : null, errors);
    }

    /** What became of a root field. */
    private record Answered(@Nullable JsonText text, List<? extends GraphQLError> errors) {

        static final Answered NULL = new Answered(null, List.of());
    }

    /** A value that isn't as the schema has it, of which graphql-java knows what to say. */
    private static final class NotAsPlanned extends RuntimeException {

        private static final long serialVersionUID = 1;

        NotAsPlanned() {
            super(null, null, false, false);
        }
    }

    /** One request's. */
    private final class Execution {

        private final DirectQuery query;
        private final ExecutionInput input;
        private final CoercedVariables variables;

        Execution(DirectQuery query, ExecutionInput input, CoercedVariables variables) {
            this.query = query;
            this.input = input;
            this.variables = variables;
        }

        OperationGuard.Operation operation() {
            return new OperationGuard.Operation(query.operation(), query.fragments(), variables, schema);
        }

        Mono<List<Answered>> answers() {
            List<Mono<Answered>> answers =
                    query.fields().stream().map(this::answer).toList();
            return answers.size() == 1
                    ? answers.getFirst().map(List::of)
                    : Mono.zip(
                            answers,
                            all -> Arrays.stream(all).map(Answered.class::cast).toList());
        }

        private Mono<Answered> answer(RootField field) {
            DataFetchingEnvironment environment = environment(field);
            return fetch(field, environment)
                    .map(value -> written(field, value))
                    .switchIfEmpty(Mono.fromSupplier(() -> missing(field)))
                    .onErrorResume(Execution::isOfField, e -> failed(environment, e));
        }

        private static boolean isOfField(Throwable failure) {
            return !(failure instanceof NotAsPlanned || failure instanceof AbortExecutionException);
        }

        private Mono<?> fetch(RootField field, DataFetchingEnvironment environment) {
            try {
                Object value = field.fetcher().get(environment);
                return value instanceof CompletionStage<?> later
                        ? FatalErrors.contain(Mono.fromCompletionStage(later))
                        : Mono.justOrEmpty(value);
            } catch (Exception e) {
                return Mono.error(e);
            }
        }

        private Answered written(RootField field, Object value) {
            JsonText text = writer.write(field.plan(), value, input.getGraphQLContext(), input.getLocale());
            if (text == null) {
                throw new NotAsPlanned();
            }
            return new Answered(text, List.of());
        }

        private static Answered missing(RootField field) {
            if (!field.isNullable()) {
                throw new NotAsPlanned();
            }
            return Answered.NULL;
        }

        private Mono<Answered> failed(DataFetchingEnvironment environment, Throwable failure) {
            return Mono.fromCompletionStage(
                            failures.handleException(DataFetcherExceptionHandlerParameters.newExceptionParameters()
                                    .dataFetchingEnvironment(environment)
                                    .exception(failure)
                                    .build()))
                    .map(handled -> new Answered(null, handled.getErrors()));
        }

        private DataFetchingEnvironment environment(RootField field) {
            GraphQLContext context = input.getGraphQLContext();
            Map<String, Object> arguments = arguments(field);
            return DataFetchingEnvironmentImpl.newDataFetchingEnvironment()
                    .graphQLSchema(schema)
                    .graphQLContext(context)
                    .locale(input.getLocale())
                    .document(query.document())
                    .operationDefinition(query.operation())
                    .fragmentsByName(query.fragments())
                    .variables(variables.toMap())
                    .parentType(schema.getQueryType())
                    .fieldDefinition(field.definition())
                    .fieldType(field.definition().getType())
                    .mergedField(field.field())
                    .selectionSet(query.selection(field, variables, schema))
                    .arguments(arguments)
                    .executionStepInfo(() -> ExecutionStepInfo.newExecutionStepInfo()
                            .type(field.definition().getType())
                            .fieldDefinition(field.definition())
                            .fieldContainer(schema.getQueryType())
                            .field(field.field())
                            .path(field.path())
                            .build())
                    .build();
        }

        private Map<String, Object> arguments(RootField field) {
            try {
                return ValuesResolver.getArgumentValues(
                        schema.getCodeRegistry(),
                        field.definition().getArguments(),
                        field.field().getArguments(),
                        variables,
                        input.getGraphQLContext(),
                        input.getLocale());
            } catch (RuntimeException e) {
                throw new NotAsPlanned();
            }
        }
    }
}
