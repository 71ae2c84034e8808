package se.utrop.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.FragmentDefinition;
import graphql.language.OperationDefinition;
import graphql.schema.GraphQLSchema;
import java.util.Map;

/** Says whether an operation may be executed, when its document is valid and its variables are coerced. */
public interface OperationGuard {

    /**
     * Lets it through.
     *
     * @throws Problem where it may not be executed
     */
    void admit(Operation operation, GraphQLContext context);

    /** What is about to be executed. */
    record Operation(
            OperationDefinition definition,
            Map<String, FragmentDefinition> fragments,
            CoercedVariables variables,
            GraphQLSchema schema) {}
}
