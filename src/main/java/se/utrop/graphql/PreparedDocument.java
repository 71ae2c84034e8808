package se.utrop.graphql;

import graphql.GraphQLContext;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.language.Document;
import graphql.language.Node;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A valid document with everything that is derived from it: JSON plans, selections and costs. All of it is cached,
 * weighed and evicted together. During execution it is in the GraphQL context.
 */
public final class PreparedDocument {

    /** Size of a node of the syntax tree with its lists and its source location, in bytes. */
    private static final int NODE = 120;

    /** Size of an entry of {@code derived}, in bytes. */
    private static final int ENTRY = 120;

    private static final int BASE = 600;

    private final PreparsedDocumentEntry entry;

    private final Consumer<PreparedDocument> grown;

    /** Nodes have identity equality. */
    private final Map<Key, Object> derived = new ConcurrentHashMap<>(4);

    private final AtomicInteger weight;

    /** @param grown is called when the document's weight has increased */
    PreparedDocument(String text, PreparsedDocumentEntry entry, Consumer<PreparedDocument> grown) {
        this.entry = entry;
        this.grown = grown;
        this.weight = new AtomicInteger(BASE + 2 * Weight.of(text) + NODE * nodes(entry.getDocument()));
    }

    private record Key(Node<?> node, Class<?> type) {}

    private static int nodes(Document document) {
        Deque<Node<?>> open = new ArrayDeque<>();
        open.add(document);
        int nodes = 0;
        for (Node<?> node = open.poll(); node != null; node = open.poll()) {
            nodes++;
            for (Node<?> child : node.getChildren()) {
                open.add(child);
            }
        }
        return nodes;
    }

    PreparsedDocumentEntry entry() {
        return entry;
    }

    Document document() {
        return entry.getDocument();
    }

    /** Approximate size in memory, in bytes. */
    int weight() {
        return weight.get();
    }

    void in(GraphQLContext context) {
        context.put(PreparedDocument.class, this);
    }

    /**
     * Returns what is derived from a node of the document being executed. Derives it once for a cached document, or
     * else on each call.
     *
     * @param type the key; a node has at most one value of each type
     * @param weigher the approximate size of the value in memory, in bytes
     */
    public static <T> T derived(
            GraphQLContext context, Node<?> node, Class<T> type, Supplier<T> derivation, ToIntFunction<T> weigher) {
        @Nullable PreparedDocument document = context.get(PreparedDocument.class);
        return document == null ? derivation.get() : document.derived(node, type, derivation, weigher);
    }

    private <T> T derived(Node<?> node, Class<T> type, Supplier<T> derivation, ToIntFunction<T> weigher) {
        Key key = new Key(node, type);
        Object known = derived.get(key);
        return type.cast(known == null ? derive(key, derivation.get(), weigher) : known);
    }

    private <T> Object derive(Key key, T made, ToIntFunction<T> weigher) {
        Object earlier = derived.putIfAbsent(key, made);
        if (earlier != null) {
            return earlier;
        }
        weight.addAndGet(ENTRY + weigher.applyAsInt(made));
        grown.accept(this);
        return made;
    }
}
