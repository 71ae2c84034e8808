package se.utrop.http;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.cost.BudgetReservation;
import se.utrop.graphql.Admission;
import se.utrop.graphql.OperationKey;
import se.utrop.http.CachedResponse.ResponseOutcome;
import se.utrop.tracing.Spans;

/** Responds from the {@link ResponseCache}, within the limits of admission control and of the client's budget. */
@Component
class SharedResponses {

    private final ResponseCache cache;
    private final Admission admission;
    private final boolean traced;

    SharedResponses(ResponseCache cache, Admission admission, ObjectProvider<Spans> spans) {
        this.cache = cache;
        this.admission = admission;
        this.traced = spans.getIfAvailable() != null;
    }

    /**
     * Returns the cached response, or executes the request. Checks admission first, so that a request that would be
     * refused costs nothing. If the request that it was coalesced with was refused for its client's budget, executes
     * this one with its own budget.
     *
     * @param execution its argument is the feed cursor up to which the response is complete, or null if unknown
     * @return fails with UNAVAILABLE if the node is overloaded
     */
    Mono<CachedResponse> get(
            OperationKey cacheKey,
            BudgetReservation reservation,
            Function<@Nullable String, Mono<CachedResponse>> execution) {
        if (admission.isFull() && !cache.has(cacheKey)) {
            admission.countRefused();
            return Mono.error(Admission::refusal);
        }
        return cached(cacheKey, execution)
                .flatMap(answer -> answer.outcome() == ResponseOutcome.RATE_LIMITED && !reservation.isBegun()
                        ? execution.apply(null)
                        : Mono.just(answer));
    }

    /** The response cache executes outside of the request's context, which has the request's span. */
    private Mono<CachedResponse> cached(
            OperationKey cacheKey, Function<@Nullable String, Mono<CachedResponse>> execution) {
        return traced
                ? Mono.deferContextual(context -> cache.get(
                        cacheKey, feedCursor -> execution.apply(feedCursor).contextWrite(Spans.inherit(context))))
                : cache.get(cacheKey, execution);
    }
}
