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

/**
 * What is concluded from a field's selection: once for a document that is kept, unless the selection depends on
 * variables.
 */
@Component
public class Selections {

    /** Of a conclusion, which holds names of the schema: bytes in memory, roughly. */
    private static final int CONCLUSION = 500;

    /** Whether a selection depends on variables. */
    private record Dependence(boolean depends) {}

    /**
     * A conclusion from the selection of the field that is being fetched.
     *
     * @param type of which a field has one conclusion
     * @param conclude depends on the names of what is selected alone
     */
    public <T> T of(
            DataFetchingEnvironment environment, Class<T> type, Function<DataFetchingFieldSelectionSet, T> conclude) {
        return depends(environment)
                ? conclude.apply(environment.getSelectionSet())
                : PreparedDocument.derived(
                        environment.getGraphQlContext(),
                        environment.getField(),
                        type,
                        () -> conclude.apply(environment.getSelectionSet()),
                        conclusion -> CONCLUSION);
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
