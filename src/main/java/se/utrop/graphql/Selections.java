package se.utrop.graphql;

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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Caches what is derived from a field's selection set, unless the selection depends on variables. */
@Component
public class Selections {

    /** Approximate size of a cached result in memory, in bytes. It contains only names of the schema. */
    private static final int RESULT_WEIGHT = 500;

    /** Whether a selection set depends on variables. */
    private record Dependence(boolean depends) {}

    /**
     * Returns what is derived from the selection set of the field being fetched.
     *
     * @param type the key; a field has at most one result of each type
     * @param derivation derives the result; must depend only on the names of the selected fields
     */
    public <T> T of(
            DataFetchingEnvironment environment, Class<T> type, Function<DataFetchingFieldSelectionSet, T> derivation) {
        return depends(environment)
                ? derivation.apply(environment.getSelectionSet())
                : PreparedDocument.derived(
                        environment.getGraphQlContext(),
                        environment.getField(),
                        type,
                        () -> derivation.apply(environment.getSelectionSet()),
                        result -> RESULT_WEIGHT);
    }

    private static boolean depends(DataFetchingEnvironment environment) {
        Field field = environment.getField();
        return !environment.getMergedField().isSingleField()
                || PreparedDocument.derived(
                                environment.getGraphQlContext(),
                                field,
                                Dependence.class,
                                () -> new Dependence(
                                        depends(field.getSelectionSet(), environment.getFragmentsByName())),
                                dependence -> 0)
                        .depends();
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
