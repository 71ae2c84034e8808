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
import se.utrop.graphql.InterceptorOrder;
import se.utrop.graphql.ObjectCount;
import se.utrop.server.ClientNetwork;

/**
 * Takes the base cost of a request from the client's budget before anything else is done for the request, on every
 * transport.
 */
@Component
@Order(InterceptorOrder.BUDGET)
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

    /** The budget's key: the principal of the client's token, or else its network address. */
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
