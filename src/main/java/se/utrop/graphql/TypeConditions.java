package se.utrop.graphql;

import graphql.schema.GraphQLInterfaceType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLUnionType;

/** Evaluates the type conditions of fragments. */
public final class TypeConditions {

    private TypeConditions() {}

    /** Whether objects of the type satisfy the condition, which must name a type of the schema. */
    public static boolean apply(String condition, GraphQLObjectType type, GraphQLSchema schema) {
        return switch (schema.getType(condition)) {
            case GraphQLInterfaceType any -> schema.isPossibleType(any, type);
            case GraphQLUnionType any -> schema.isPossibleType(any, type);
            case null, default -> condition.equals(type.getName());
        };
    }
}
