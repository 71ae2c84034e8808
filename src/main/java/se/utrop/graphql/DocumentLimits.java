package se.utrop.graphql;

import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks the size of a document before validation. Each fragment is measured once, however often it is used. */
final class DocumentLimits {

    private static final Size NOTHING = new Size(0, 0, 0);

    private final Map<String, FragmentDefinition> fragments;

    private final Map<String, Size> measured = new HashMap<>();

    private DocumentLimits(Document document) {
        fragments = document.getDefinitionsOfType(FragmentDefinition.class).stream()
                .collect(Collectors.toMap(FragmentDefinition::getName, fragment -> fragment, (first, second) -> first));
    }

    /** The limit that the document exceeds, as a message; null if it exceeds none. */
    static @Nullable String complaint(Document document, Limits limits) {
        DocumentLimits measure = new DocumentLimits(document);
        Size size = document.getDefinitionsOfType(OperationDefinition.class).stream()
                .map(operation -> measure.of(operation.getSelectionSet()))
                .reduce(NOTHING, Size::beside);
        if (size.depth() > limits.depth()) {
            return "The document is %d fields deep, and %d is the limit: request less, or send several requests"
                    .formatted(size.depth(), limits.depth());
        }
        if (size.aliases() > limits.aliases()) {
            return "The document has %s aliases, counting a fragment wherever it is used, and %d is the limit"
                    .formatted(number(size.aliases()), limits.aliases());
        }
        if (size.fields() > limits.fields()) {
            return "The document has %s fields, counting a fragment wherever it is used, and %d is the limit"
                    .formatted(number(size.fields()), limits.fields());
        }
        return null;
    }

    private static String number(int count) {
        return count == Integer.MAX_VALUE ? "countless" : String.valueOf(count);
    }

    private Size of(@Nullable SelectionSet selections) {
        return selections == null
                ? NOTHING
                : selections.getSelections().stream().map(this::of).reduce(NOTHING, Size::beside);
    }

    private Size of(Selection<?> selection) {
        return switch (selection) {
            case Field field -> of(field);
            case InlineFragment inline -> of(inline.getSelectionSet());
            case FragmentSpread spread -> ofFragment(spread.getName());
            default -> NOTHING;
        };
    }

    private Size of(Field field) {
        Size inner = field.getName().startsWith("__") ? NOTHING : of(field.getSelectionSet());
        return new Size(
                inner.depth() + 1, plus(inner.aliases(), field.getAlias() == null ? 0 : 1), plus(inner.fields(), 1));
    }

    private Size ofFragment(String name) {
        Size known = measured.get(name);
        if (known != null) {
            return known;
        }
        measured.put(name, NOTHING); // a recursive fragment adds nothing here; validation rejects it
        FragmentDefinition fragment = fragments.get(name);
        Size size = fragment == null ? NOTHING : of(fragment.getSelectionSet());
        measured.put(name, size);
        return size;
    }

    private static int plus(int a, int b) {
        return (int) Math.min(Integer.MAX_VALUE, (long) a + b);
    }

    private record Size(int depth, int aliases, int fields) {

        Size beside(Size other) {
            return new Size(Math.max(depth, other.depth), plus(aliases, other.aliases), plus(fields, other.fields));
        }
    }
}
