package se.utrop.graphql;

import graphql.execution.AsyncExecutionStrategy;
import graphql.execution.ExecutionContext;
import graphql.execution.ExecutionStrategyParameters;
import graphql.execution.FieldValueInfo;
import graphql.execution.FieldValueInfo.CompleteValueType;
import graphql.language.Field;
import graphql.schema.GraphQLType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.graphql.autoconfigure.GraphQlSourceBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.graphql.execution.DataFetcherExceptionResolver;
import org.springframework.stereotype.Component;

/**
 * An execution strategy that serialises selections without data fetchers directly to JSON. Graphql-java's own strategy
 * would build a map for each object, and resolve each of its fields again. Values that don't match their plan are left
 * to graphql-java, which reports what is wrong with them.
 */
@Component
class JsonWritingStrategy extends AsyncExecutionStrategy {

    private final JsonWriter writer;

    JsonWritingStrategy(Errors errors, JsonWriter writer) {
        super(DataFetcherExceptionResolver.createExceptionHandler(List.of(errors)));
        this.writer = writer;
    }

    /** @param type the type that the plan was made for */
    private record Planned(GraphQLType type, @Nullable JsonPlan plan) {

        int weight() {
            return plan == null ? 0 : plan.weight();
        }
    }

    @Override
    protected Object executeObject(ExecutionContext context, ExecutionStrategyParameters parameters) {
        writer.count(1, context.getGraphQLContext());
        return super.executeObject(context, parameters);
    }

    @Override
    protected FieldValueInfo completeValue(ExecutionContext context, ExecutionStrategyParameters parameters) {
        JsonText text = write(context, parameters);
        return text == null
                ? super.completeValue(context, parameters)
                : new FieldValueInfo(CompleteValueType.SCALAR, text);
    }

    private @Nullable JsonText write(ExecutionContext context, ExecutionStrategyParameters parameters) {
        JsonPlan plan = plan(context, parameters);
        return plan == null || parameters.getSource() == null
                ? null
                : writer.write(plan, parameters.getSource(), context.getGraphQLContext(), context.getLocale());
    }

    private @Nullable JsonPlan plan(ExecutionContext context, ExecutionStrategyParameters parameters) {
        Field field = parameters.getField().getSingleField();
        if (field.getSelectionSet() == null || !parameters.getField().isSingleField()) {
            return null;
        }
        GraphQLType type = parameters.getExecutionStepInfo().getUnwrappedNonNullType();
        Planned planned = PreparedDocument.derived(
                context.getGraphQLContext(),
                field,
                Planned.class,
                () -> planned(context, type, field),
                Planned::weight);
        return planned.type().equals(type) ? planned.plan() : null;
    }

    private static Planned planned(ExecutionContext context, GraphQLType type, Field field) {
        JsonPlanner planner = new JsonPlanner(context.getGraphQLSchema(), context.getFragmentsByName());
        return new Planned(type, planner.plan(type, List.of(field)));
    }

    @Bean
    GraphQlSourceBuilderCustomizer jsonWritingCustomizer() {
        return source -> source.configureGraphQl(graphql -> graphql.queryExecutionStrategy(this));
    }
}
