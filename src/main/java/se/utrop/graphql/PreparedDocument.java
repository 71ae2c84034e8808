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
 * A valid document, and what has been derived from it: how it is executed and written, what it selects, what it costs. All
 * of it is kept, weighed and evicted together. During an execution it is in GraphQL's context.
 */
public final class PreparedDocument {

    /** Bytes of a node of the syntax tree, with its lists and its place in the text. */
    private static final int NODE = 120;

    /** Bytes of the entry of something derived. */
    private static final int ENTRY = 120;

    private static final int BASE = 600;

    private final PreparsedDocumentEntry entry;

    private final Consumer<PreparedDocument> grown;

    /** Nodes are equal only to themselves. */
    private final Map<Key, Object> derived = new ConcurrentHashMap<>(4);

    private final AtomicInteger weight;

    /** @param grown is told when it weighs more than before */
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

    /** Bytes that it takes in memory, roughly. */
    int weight() {
        return weight.get();
    }

    void in(GraphQLContext context) {
        context.put(PreparedDocument.class, this);
    }

    /**
     * What is derived from a node of the document that is being executed: once where the document is kept, or else now.
     *
     * @param type of which a node has one
     * @param weigher tells the bytes that it takes in memory, roughly
     */
    public static <T> T derived(
            GraphQLContext context, Node<?> node, Class<T> type, Supplier<T> derivation, ToIntFunction<T> weigher) {
        @Nullable PreparedDocument document = context.get(PreparedDocument.class);
        return document == null ? derivation.get() : document.derived(node, type, derivation, weigher);
    }

    <T> T derived(Node<?> node, Class<T> type, Supplier<T> derivation, ToIntFunction<T> weigher) {
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
