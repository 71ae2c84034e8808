package se.utrop.federation;

import com.apollographql.federation.graphqljava._Entity;
import com.apollographql.federation.graphqljava._Service;
import com.apollographql.federation.graphqljava.printer.ServiceSDLPrinter;
import graphql.Scalars;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLAppliedDirective;
import graphql.schema.GraphQLAppliedDirectiveArgument;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLCodeRegistry;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInputType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeDefinitionRegistry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.federation.FederationSchemaFactory;
import se.utrop.graphql.Limits;
import se.utrop.graphql.Problem;

/**
 * Makes the schema a subgraph: adds {@code _service} and {@code _entities}. Representations are counted, limited and
 * validated before any entity is read.
 *
 * @see
 * <a href="https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec">Apollo
 * Federation subgraph specification</a>
 */
final class Subgraph {

    private static final FieldCoordinates SDL = FieldCoordinates.coordinates("_Service", "sdl");

    private static final FieldCoordinates ENTITIES = FieldCoordinates.coordinates("Query", _Entity.fieldName);

    private static final GraphQLInputType STRINGS = GraphQLList.list(GraphQLNonNull.nonNull(Scalars.GraphQLString));

    private final FederationSchemaFactory factory;

    private final Limits limits;

    Subgraph(FederationSchemaFactory factory, Limits limits) {
        this.factory = factory;
        this.limits = limits;
    }

    GraphQLSchema schema(TypeDefinitionRegistry types, RuntimeWiring wiring) {
        GraphQLSchema made = factory.createSchemaTransformer(types, wiring)
                .coercingForAny(new RepresentationCoercing())
                .build();
        GraphQLFieldDefinition entities = made.getQueryType().getFieldDefinition(_Entity.fieldName);
        GraphQLFieldDefinition service = made.getQueryType().getFieldDefinition(_Service.fieldName);
        return made.transform(schema -> schema.query(made.getQueryType()
                        .transform(query -> query.field(counted(entities)).field(described(service))))
                .codeRegistry(made.getCodeRegistry().transform(code -> fetch(code, made, entities))));
    }

    private void fetch(GraphQLCodeRegistry.Builder code, GraphQLSchema made, GraphQLFieldDefinition entities) {
        String sdl = SubgraphSdl.of(ServiceSDLPrinter.generateServiceSDLV2(made), limits.ids());
        DataFetcher<?> fetcher = code.getDataFetcher(ENTITIES, entities);
        code.dataFetcher(SDL, (DataFetcher<String>) environment -> sdl);
        code.dataFetcher(ENTITIES, (DataFetcher<@Nullable Object>) environment -> fetch(fetcher, environment));
    }

    private @Nullable Object fetch(DataFetcher<?> entities, DataFetchingEnvironment environment) throws Exception {
        List<Map<?, ?>> representations = environment.getArgumentOrDefault(_Entity.argumentName, List.of());
        if (representations.size() > limits.ids()) {
            throw Problem.badInput("_entities takes at most %d representations, not %d: send several requests"
                    .formatted(limits.ids(), representations.size()));
        }
        for (int i = 0; i < representations.size(); i++) {
            String violation = Representation.violation(representations.get(i));
            if (violation != null) {
                throw Problem.badInput("representations[%d]: %s".formatted(i, violation));
            }
        }
        return entities.get(environment);
    }

    private static GraphQLFieldDefinition described(GraphQLFieldDefinition service) {
        return service.transform(
                field -> field.description("For Apollo Federation: the schema in SDL, as composition reads it."));
    }

    /** Gives the field the cost of one object for each representation. */
    private GraphQLFieldDefinition counted(GraphQLFieldDefinition entities) {
        GraphQLArgument representations = entities.getArgument(_Entity.argumentName);
        return entities.transform(field -> field.description(
                        "For gateways of Apollo Federation: the objects with these keys, in the same order. Null"
                                + " stands for a key without an object. At most " + limits.ids() + ".")
                .replaceArguments(List.of(representations.transform(argument ->
                        argument.description("The keys. Example: {__typename: \"Topic\", slug: \"kultur\"}."))))
                .withAppliedDirective(GraphQLAppliedDirective.newDirective()
                        .name("listSize")
                        .argument(argument("assumedSize", Scalars.GraphQLInt, null))
                        .argument(argument("slicingArguments", STRINGS, List.of(_Entity.argumentName)))
                        .argument(argument("sizedFields", STRINGS, null))
                        .build()));
    }

    private static GraphQLAppliedDirectiveArgument argument(
            String name, GraphQLInputType type, @Nullable Object value) {
        return GraphQLAppliedDirectiveArgument.newArgument()
                .name(name)
                .type(type)
                .valueProgrammatic(value)
                .build();
    }
}
