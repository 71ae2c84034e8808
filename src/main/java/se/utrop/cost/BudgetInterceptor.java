package se.utrop.cost;

import graphql.ExecutionResult;
import graphql.GraphQLContext;
import java.util.HashMap;
import java.util.Map;
import org.reactivestreams.Publisher;
import org.springframework.core.annotation.Order;
import org.springframework.graphql.server.WebGraphQlInterceptor;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.access.Caller;
import se.utrop.graphql.ObjectCount;
import se.utrop.server.ClientNetwork;

/** Lets in who has a budget left, whatever the transport, before anything is done for the request. */
@Component
@Order(1)
class BudgetInterceptor implements WebGraphQlInterceptor {

    private final Budgets budgets;

    BudgetInterceptor(Budgets budgets) {
        this.budgets = budgets;
    }

    @Override
    public Mono<WebGraphQlResponse> intercept(WebGraphQlRequest request, Chain chain) {
        return Mono.deferContextual(context -> {
            BudgetReservation reservation = context.<BudgetReservation>getOrEmpty(BudgetReservation.class)
                    .orElseGet(BudgetReservation::new);
            return Caller.current().flatMap(caller -> {
                reservation.begin(budgets, client(caller, request));
                return execute(request, chain, reservation);
            });
        });
    }

    /** Whoever shows a token has a budget of that one's own, from wherever. */
    private static String client(Caller caller, WebGraphQlRequest request) {
        return caller.authentication() == null ? ClientNetwork.of(request.getRemoteAddress()) : caller.name();
    }

    private static Mono<WebGraphQlResponse> execute(
            WebGraphQlRequest request, Chain chain, BudgetReservation reservation) {
        request.configureExecutionInput(
                (input, builder) -> builder.graphQLContext(Map.of(BudgetReservation.class, reservation))
                        .build());
        return chain.next(request).map(response -> settled(response, reservation));
    }

    private static WebGraphQlResponse settled(WebGraphQlResponse response, BudgetReservation reservation) {
        ExecutionResult result = response.getExecutionResult();
        if (!result.isDataPresent() || result.getData() instanceof Publisher) {
            return response;
        }
        GraphQLContext context = response.getExecutionInput().getGraphQLContext();
        Map<Object, Object> extensions = new HashMap<>();
        if (result.getExtensions() != null) {
            extensions.putAll(result.getExtensions());
        }
        extensions.put("cost", reservation.settle(ObjectCount.of(context) + 1));
        return response.transform(builder -> builder.extensions(extensions));
    }
}
