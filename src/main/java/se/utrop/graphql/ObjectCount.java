package se.utrop.graphql;

import graphql.GraphQLContext;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The number of objects in a response, except for the response itself. */
public final class ObjectCount {

    private final AtomicInteger count = new AtomicInteger();

    private ObjectCount() {}

    /** Adds objects, and returns the new count. */
    static int add(int objects, GraphQLContext context) {
        ObjectCount counted = context.computeIfAbsent(ObjectCount.class, key -> new ObjectCount());
        return counted.count.addAndGet(objects);
    }

    /** The count for the operation with this context; 0 if nothing was executed. */
    public static int of(GraphQLContext context) {
        @Nullable ObjectCount objects = context.get(ObjectCount.class);
        return objects == null ? 0 : objects.count.get();
    }
}
