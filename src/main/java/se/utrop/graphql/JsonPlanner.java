package se.utrop.graphql;

import graphql.introspection.Introspection;
import graphql.language.DirectivesContainer;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.TypeName;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import graphql.schema.LightDataFetcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.SerializedString;

/** Plans the writing of selections that need no data fetchers. */
final class JsonPlanner {

    private final GraphQLSchema schema;

    private final Map<String, FragmentDefinition> fragments;

    JsonPlanner(GraphQLSchema schema, Map<String, FragmentDefinition> fragments) {
        this.schema = schema;
        this.fragments = fragments;
    }

    /** A plan for the value of fields with the same response key; null if any part of it needs a data fetcher. */
    @Nullable
    JsonPlan plan(GraphQLType type, List<Field> fields) {
        return switch (type) {
            case GraphQLNonNull some -> plan(some.getWrappedType(), fields);
            case GraphQLList list -> items(list.getWrappedType(), fields);
            case GraphQLObjectType object -> composite(object, fields);
            case GraphQLScalarType scalar -> new JsonPlan.Scalar(scalar);
            case GraphQLEnumType choice -> new JsonPlan.Choice(choice);
            default -> null;
        };
    }

    private @Nullable JsonPlan items(GraphQLType type, List<Field> fields) {
        JsonPlan item = plan(type, fields);
        return item == null ? null : new JsonPlan.Items(item, GraphQLTypeUtil.isNullable(type));
    }

    private @Nullable JsonPlan composite(GraphQLObjectType type, List<Field> parents) {
        Map<String, List<Field>> fields = new LinkedHashMap<>();
        for (Field parent : parents) {
            if (!collect(type, parent.getSelectionSet(), fields)) {
                return null;
            }
        }
        List<JsonPlan.Property> properties = new ArrayList<>();
        for (Map.Entry<String, List<Field>> field : fields.entrySet()) {
            JsonPlan.Property property = property(type, field.getKey(), field.getValue());
            if (property == null) {
                return null;
            }
            properties.add(property);
        }
        return new JsonPlan.Composite(properties);
    }

    private JsonPlan.@Nullable Property property(GraphQLObjectType type, String key, List<Field> fields) {
        String name = fields.getFirst().getName();
        if (name.equals(Introspection.TypeNameMetaFieldDef.getName())) {
            return new JsonPlan.Property(
                    new SerializedString(key), owner -> owner, new JsonPlan.TypeName(type.getName()), false);
        }
        GraphQLFieldDefinition field = type.getFieldDefinition(name);
        if (!(schema.getCodeRegistry().getDataFetcher(type, field) instanceof LightDataFetcher<?> fetcher)) {
            return null;
        }
        JsonPlan plan = plan(field.getType(), fields);
        return plan == null
                ? null
                : new JsonPlan.Property(
                        new SerializedString(key),
                        new PropertyGetter(name, owner -> fetcher.get(field, owner, JsonPlanner::noEnvironment)),
                        plan,
                        GraphQLTypeUtil.isNullable(field.getType()));
    }

    private static DataFetchingEnvironment noEnvironment() {
        throw new IllegalStateException("A property knows its owner alone");
    }

    /** Collects the fields selected on the type. Returns false if any has arguments or conditions. */
    private boolean collect(
            GraphQLObjectType type, @Nullable SelectionSet selections, Map<String, List<Field>> fields) {
        return selections != null
                && selections.getSelections().stream().allMatch(selection -> collect(type, selection, fields));
    }

    private boolean collect(GraphQLObjectType type, Selection<?> selection, Map<String, List<Field>> fields) {
        return ((DirectivesContainer<?>) selection).getDirectives().isEmpty()
                && switch (selection) {
                    case Field field ->
                        field.getArguments().isEmpty()
                                && fields.computeIfAbsent(field.getResultKey(), key -> new ArrayList<>())
                                        .add(field);
                    case InlineFragment fragment ->
                        collect(type, fragment.getTypeCondition(), fragment.getSelectionSet(), fields);
                    case FragmentSpread spread -> collect(type, fragments.get(spread.getName()), fields);
                    default -> false;
                };
    }

    private boolean collect(
            GraphQLObjectType type, @Nullable FragmentDefinition fragment, Map<String, List<Field>> fields) {
        return fragment != null
                && fragment.getDirectives().isEmpty()
                && collect(type, fragment.getTypeCondition(), fragment.getSelectionSet(), fields);
    }

    private boolean collect(
            GraphQLObjectType type,
            @Nullable TypeName condition,
            SelectionSet selections,
            Map<String, List<Field>> fields) {
        return (condition != null && !TypeConditions.apply(condition.getName(), type, schema))
                || collect(type, selections, fields);
    }
}
