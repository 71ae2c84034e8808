package se.utrop.feed;

import graphql.language.Argument;
import graphql.language.Node;
import graphql.language.NodeTraverser;
import graphql.language.NodeVisitorStub;
import graphql.language.VariableReference;
import graphql.schema.DataFetchingEnvironment;
import graphql.util.TraversalControl;
import graphql.util.TraverserContext;
import org.jspecify.annotations.Nullable;

/** The variable that says where a subscription begins. */
final class AfterVariable {

    private AfterVariable() {}

    /** Its name; null where {@code after} isn't given by a variable, or where something else depends on it too. */
    static @Nullable String of(DataFetchingEnvironment environment) {
        return environment.getField().getArguments().stream()
                .filter(argument -> argument.getName().equals("after"))
                .map(Argument::getValue)
                .filter(VariableReference.class::isInstance)
                .map(value -> ((VariableReference) value).getName())
                .filter(name -> isUsedOnce(name, environment.getDocument()))
                .findFirst()
                .orElse(null);
    }

    private static boolean isUsedOnce(String variable, Node<?> document) {
        VariableUses uses = new VariableUses(variable);
        new NodeTraverser().preOrder(uses, document);
        return uses.count == 1;
    }

    private static final class VariableUses extends NodeVisitorStub {

        private final String variable;

        private int count;

        VariableUses(String variable) {
            this.variable = variable;
        }

        @Override
        @SuppressWarnings("rawtypes")
        public TraversalControl visitVariableReference(VariableReference node, TraverserContext<Node> context) {
            count += node.getName().equals(variable) ? 1 : 0;
            return TraversalControl.CONTINUE;
        }
    }
}
