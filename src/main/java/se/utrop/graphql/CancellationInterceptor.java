package se.utrop.graphql;

import org.springframework.core.annotation.Order;
import org.springframework.graphql.server.WebGraphQlInterceptor;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.database.Cancellation;

/** Cancels an operation's statements in the database when its client disconnects or its time limit passes. */
@Component
@Order(InterceptorOrder.CANCELLATION)
class CancellationInterceptor implements WebGraphQlInterceptor {

    @Override
    public Mono<WebGraphQlResponse> intercept(WebGraphQlRequest request, Chain chain) {
        return Mono.defer(() -> {
            Cancellation cancellation = new Cancellation();
            return chain.next(request).doOnCancel(cancellation::cancel).contextWrite(cancellation::in);
        });
    }
}
