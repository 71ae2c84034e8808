package se.utrop.graphql;

import graphql.GraphQLContext;
import graphql.execution.AbortExecutionException;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/** Writes values by their plans, and aborts a request whose response exceeds the limit of objects. */
@Component
class JsonWriter {

    private static final int USUAL_BYTES = 16_384;

    private final JsonMapper json;

    private final Limits limits;

    JsonWriter(JsonMapper json, Limits limits) {
        this.json = json;
        this.limits = limits;
    }

    /**
     * Writes the value as JSON; null if the value does not match the plan.
     *
     * @throws AbortExecutionException if the response contains too many objects
     */
    @Nullable
    JsonText write(JsonPlan plan, Object value, GraphQLContext context, Locale locale) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(USUAL_BYTES);
        JsonPlan.Output output;
        try (JsonGenerator generator = json.createGenerator(text)) {
            output = new JsonPlan.Output(generator, context, locale);
            plan.write(value, output);
        } catch (Exception e) {
            return null;
        }
        count(output.objects(), context);
        return new JsonText(text.toByteArray());
    }

    /** Adds to the response's number of objects. */
    void count(int objects, GraphQLContext context) {
        if (ObjectCount.add(objects, context) > limits.objects()) {
            throw new AbortExecutionException(
                    "The answer would have more than %d objects: request smaller pages".formatted(limits.objects()));
        }
    }
}
