package se.utrop.graphql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import graphql.execution.AbortExecutionException;
import graphql.execution.AsyncExecutionStrategy;
import graphql.execution.ExecutionContext;
import graphql.execution.ExecutionStrategyParameters;
import graphql.execution.FieldValueInfo;
import graphql.execution.FieldValueInfo.CompleteValueType;
import graphql.language.Field;
import graphql.schema.GraphQLType;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.graphql.autoconfigure.GraphQlSourceBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.graphql.execution.DataFetcherExceptionResolver;
import org.springframework.stereotype.Component;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes what needs no fetching any more at once as JSON, where graphql-java would make a map of each object and look at
 * each of its fields anew. Whatever isn't as planned is left to graphql-java, which knows what to say of it.
 *
 * <p>It also ends a request whose answer grows beyond bounds, whatever its document looked like.
 */
@Component
class JsonWritingStrategy extends AsyncExecutionStrategy {

    private static final int USUAL_BYTES = 16_384;

    private final JsonMapper json;

    private final Limits limits;

    /** Of the fields of documents that are kept; by their identity, for documents are not changed. */
    private final Cache<Field, Planned> plans = Caffeine.newBuilder().weakKeys().build();

    JsonWritingStrategy(Errors errors, JsonMapper json, Limits limits) {
        super(DataFetcherExceptionResolver.createExceptionHandler(List.of(errors)));
        this.json = json;
        this.limits = limits;
    }

    /** @param type for which it was planned */
    private record Planned(GraphQLType type, @Nullable JsonPlan plan) {}

    @Override
    protected Object executeObject(ExecutionContext context, ExecutionStrategyParameters parameters) {
        count(context, 1);
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
        return plan == null || parameters.getSource() == null ? null : write(plan, parameters.getSource(), context);
    }

    private @Nullable JsonText write(JsonPlan plan, Object value, ExecutionContext context) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(USUAL_BYTES);
        JsonPlan.Output output;
        try (JsonGenerator generator = json.createGenerator(text)) {
            output = new JsonPlan.Output(generator, context.getGraphQLContext(), context.getLocale());
            plan.write(value, output);
        } catch (Exception e) {
            return null;
        }
        count(context, output.objects());
        return new JsonText(text.toByteArray());
    }

    private @Nullable JsonPlan plan(ExecutionContext context, ExecutionStrategyParameters parameters) {
        Field field = parameters.getField().getSingleField();
        if (field.getSelectionSet() == null || !parameters.getField().isSingleField()) {
            return null;
        }
        GraphQLType type = parameters.getExecutionStepInfo().getUnwrappedNonNullType();
        Planned planned = plans.get(field, one -> planned(context, type, one));
        return planned.type().equals(type) ? planned.plan() : null;
    }

    private static Planned planned(ExecutionContext context, GraphQLType type, Field field) {
        JsonPlanner planner = new JsonPlanner(context.getGraphQLSchema(), context.getFragmentsByName());
        return new Planned(type, planner.plan(type, List.of(field)));
    }

    private void count(ExecutionContext context, int objects) {
        if (ObjectCount.add(objects, context.getGraphQLContext()) > limits.objects()) {
            throw new AbortExecutionException(
                    "The answer would hold more than %d objects: ask for smaller pages".formatted(limits.objects()));
        }
    }

    @Bean
    GraphQlSourceBuilderCustomizer jsonWritingCustomizer() {
        return source -> source.configureGraphQl(graphql -> graphql.queryExecutionStrategy(this));
    }
}
