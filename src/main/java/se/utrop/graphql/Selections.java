package se.utrop.graphql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import graphql.language.DirectivesContainer;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.DataFetchingFieldSelectionSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What is concluded from a field's selection: once for a document that is kept, unless the selection depends on
 * variables.
 */
@Component
public class Selections {

    /** By identity: documents are not changed. */
    private final Cache<Field, Concluded> concluded =
            Caffeine.newBuilder().weakKeys().build();

    private record Concluded(boolean depends, Map<Class<?>, Object> conclusions) {}

    /**
     * A conclusion from the selection of the field that is being fetched.
     *
     * @param type of which a field has one conclusion
     * @param conclude depends on the names of what is selected alone
     */
    public <T> T of(
            DataFetchingEnvironment environment, Class<T> type, Function<DataFetchingFieldSelectionSet, T> conclude) {
        Concluded known = environment.getMergedField().isSingleField()
                ? concluded.get(environment.getField(), field -> concluded(field, environment.getFragmentsByName()))
                : null;
        return known == null || known.depends
                ? conclude.apply(environment.getSelectionSet())
                : type.cast(
                        known.conclusions.computeIfAbsent(type, none -> conclude.apply(environment.getSelectionSet())));
    }

    private static Concluded concluded(Field field, Map<String, FragmentDefinition> fragments) {
        return new Concluded(depends(field.getSelectionSet(), fragments), new ConcurrentHashMap<>(2));
    }

    private static boolean depends(@Nullable SelectionSet selections, Map<String, FragmentDefinition> fragments) {
        return selections != null
                && selections.getSelections().stream().anyMatch(selection -> depends(selection, fragments));
    }

    private static boolean depends(Selection<?> selection, Map<String, FragmentDefinition> fragments) {
        return !((DirectivesContainer<?>) selection).getDirectives().isEmpty()
                || switch (selection) {
                    case Field field -> depends(field.getSelectionSet(), fragments);
                    case InlineFragment fragment -> depends(fragment.getSelectionSet(), fragments);
                    case FragmentSpread spread -> depends(fragments.get(spread.getName()), fragments);
                    default -> true;
                };
    }

    private static boolean depends(@Nullable FragmentDefinition fragment, Map<String, FragmentDefinition> fragments) {
        return fragment == null
                || !fragment.getDirectives().isEmpty()
                || depends(fragment.getSelectionSet(), fragments);
    }
}
