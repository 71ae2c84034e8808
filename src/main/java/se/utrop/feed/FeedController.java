package se.utrop.feed;

import graphql.language.Argument;
import graphql.language.Node;
import graphql.language.NodeTraverser;
import graphql.language.NodeVisitorStub;
import graphql.language.VariableReference;
import graphql.schema.DataFetchingEnvironment;
import graphql.util.TraversalControl;
import graphql.util.TraverserContext;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.method.annotation.SubscriptionMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Flux;
import se.utrop.feed.FeedExecution.Asked;
import se.utrop.graphql.Limits;
import se.utrop.news.NewsCriteria;
import se.utrop.news.NewsFilter;
import se.utrop.news.NewsroomProperties;

@Controller
class FeedController {

    private final NewsroomProperties newsroom;

    private final Limits limits;

    FeedController(NewsroomProperties newsroom, Limits limits) {
        this.newsroom = newsroom;
        this.limits = limits;
    }

    @SubscriptionMapping
    Flux<NewsEvent> newsFeed(
            @org.springframework.graphql.data.method.annotation.Argument @Nullable String after,
            @org.springframework.graphql.data.method.annotation.Argument @Nullable NewsFilter filter,
            @org.springframework.graphql.data.method.annotation.Argument @Nullable List<NewsEventType> types,
            @org.springframework.graphql.data.method.annotation.Argument boolean positions,
            DataFetchingEnvironment environment) {
        FeedExecution execution = environment.getGraphQlContext().get(FeedExecution.class);
        if (execution == null) {
            throw new IllegalStateException("A transport that can't follow the feed has let a subscription pass");
        }
        return execution.events(new Asked(
                after,
                FeedFilter.of(NewsCriteria.of(filter, newsroom.zone(), limits), types),
                positions,
                afterVariable(environment)));
    }

    private static @Nullable String afterVariable(DataFetchingEnvironment environment) {
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
