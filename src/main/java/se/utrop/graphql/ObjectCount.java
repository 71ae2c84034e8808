package se.utrop.graphql;

import graphql.GraphQLContext;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How many objects an answer holds; the answer itself is not counted. */
public final class ObjectCount {

    private final AtomicInteger count = new AtomicInteger();

    private ObjectCount() {}

    /** How many they are with these. */
    static int add(int objects, GraphQLContext context) {
        ObjectCount counted = context.computeIfAbsent(ObjectCount.class, key -> new ObjectCount());
        return counted.count.addAndGet(objects);
    }

    /** Of the operation with this context; 0 where nothing was executed. */
    public static int of(GraphQLContext context) {
        @Nullable ObjectCount objects = context.get(ObjectCount.class);
        return objects == null ? 0 : objects.count.get();
    }
}
