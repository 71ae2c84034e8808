package se.utrop.graphql;

import graphql.GraphQLContext;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLScalarType;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.SerializableString;

/**
 * A compiled plan to write a value as JSON without data fetchers. All its fields, and theirs, are properties of Java
 * objects of types that are known beforehand.
 */
sealed interface JsonPlan {

    /**
     * Writes a value.
     *
     * @throws Exception if the value violates the schema; the partial output must be discarded
     */
    void write(Object value, Output output) throws Exception;

    /** Approximate size in memory, in bytes. */
    default int weight() {
        return 24;
    }

    /** The output, with the number of objects written so far. */
    final class Output {

        private final JsonGenerator json;
        private final GraphQLContext context;
        private final Locale locale;

        private int objects;

        Output(JsonGenerator json, GraphQLContext context, Locale locale) {
            this.json = json;
            this.context = context;
            this.locale = locale;
        }

        int objects() {
            return objects;
        }

        private void writeNullable(JsonPlan plan, boolean nullable, @Nullable Object value) throws Exception {
            if (value != null) {
                plan.write(value, this);
            } else if (nullable) {
                json.writeNull();
            } else {
                throw new IllegalArgumentException("Null where the schema has none");
            }
        }
    }

    record Composite(List<Property> properties) implements JsonPlan {

        private static final int PROPERTY = 270;

        @Override
        public int weight() {
            return properties.stream()
                    .mapToInt(property -> PROPERTY + property.plan().weight())
                    .sum();
        }

        @Override
        public void write(Object value, Output output) throws Exception {
            output.objects++;
            output.json.writeStartObject();
            for (Property property : properties) {
                property.write(value, output);
            }
            output.json.writeEndObject();
        }
    }

    record Items(JsonPlan item, boolean nullable) implements JsonPlan {

        @Override
        public int weight() {
            return 24 + item.weight();
        }

        @Override
        public void write(Object value, Output output) throws Exception {
            output.json.writeStartArray();
            for (Object one : (Collection<?>) value) {
                output.writeNullable(item, nullable, one);
            }
            output.json.writeEndArray();
        }
    }

    record Scalar(GraphQLScalarType type) implements JsonPlan {

        @Override
        public void write(Object value, Output output) {
            switch (type.getCoercing().serialize(value, output.context, output.locale)) {
                case String text -> output.json.writeString(text);
                case Integer number -> output.json.writeNumber(number);
                case Double number -> output.json.writeNumber(number);
                case Boolean truth -> output.json.writeBoolean(truth);
                case null, default -> throw new IllegalArgumentException("Not of type " + type.getName());
            }
        }
    }

    record Choice(GraphQLEnumType type) implements JsonPlan {

        @Override
        public void write(Object value, Output output) {
            output.json.writeString((String) type.serialize(value, output.context, output.locale));
        }
    }

    /** Writes {@code __typename}, which is the same for every value. */
    record TypeName(String name) implements JsonPlan {

        @Override
        public void write(Object value, Output output) {
            output.json.writeString(name);
        }
    }

    record Property(SerializableString key, Getter getter, JsonPlan plan, boolean nullable) {

        void write(Object owner, Output output) throws Exception {
            output.json.writeName(key);
            output.writeNullable(plan, nullable, getter.get(owner));
        }
    }

    /** Reads a property of an object. */
    interface Getter {

        @Nullable
        Object get(Object owner) throws Exception;
    }
}
