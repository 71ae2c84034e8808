package se.utrop.cost;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import reactor.util.context.Context;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Problem;

/**
 * The points that one request takes from its client's budget. A request takes one point on arrival, the rest of its
 * estimated cost before execution, and gets back what the execution did not use. The reservation travels in Reactor's
 * context and in GraphQL's. A request that is answered from the response cache takes nothing.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/">RateLimit header fields for
 * HTTP</a>
 */
public final class BudgetReservation {

    /** The schema's field that shows the budget. A response with this field is personal and must not be shared. */
    public static final String FIELD = "rateLimit";

    private static final int BASE_COST = 1;

    private @Nullable Budgets budgets;

    private @Nullable Bucket budget;

    private CostEstimate estimate = CostEstimate.NOTHING;

    /** The answer of the token bucket that refused the request. */
    private @Nullable ConsumptionProbe refusal;

    /** Whether points were taken, or refused, for this request. */
    public boolean isBegun() {
        return budget != null;
    }

    public Context in(Context context) {
        return context.put(BudgetReservation.class, this);
    }

    /** @throws Problem RATE_LIMITED if the budget is empty */
    void begin(Budgets all, String client) {
        budgets = all;
        budget = all.of(client);
        take(BASE_COST);
    }

    /**
     * Takes the rest of the estimated cost.
     *
     * @throws Problem RATE_LIMITED if the client's budget is too small
     */
    void require(CostEstimate asked) {
        estimate = asked;
        take(Math.max(0, asked.points() - BASE_COST));
    }

    private void take(long points) {
        if (points == 0) {
            return;
        }
        ConsumptionProbe probe = budget().tryConsumeAndReturnRemaining(points);
        if (!probe.isConsumed()) {
            refusal = probe;
            budgets().refused();
            throw new Problem(
                    ErrorCode.RATE_LIMITED,
                    probe.getRemainingTokens() == 0
                            ? "Your budget is used up: try again in %d s".formatted(waitSeconds(probe))
                            : "This operation may cost %d points, and your budget has %d left: try again in %d s, or request less"
                                    .formatted(estimate.points(), probe.getRemainingTokens(), waitSeconds(probe)));
        }
    }

    /**
     * Gives back the points that the execution did not use.
     *
     * @return the cost for the response's extensions; empty if nothing was executed
     */
    Map<String, Object> settle(int objects) {
        if (estimate.equals(CostEstimate.NOTHING)) {
            return Map.of();
        }
        long actual = estimate.weights() + objects;
        if (actual < estimate.points()) {
            budget().addTokens(estimate.points() - Math.max(actual, BASE_COST));
        }
        Map<String, Object> report = new LinkedHashMap<>(); // keeps its order, so that all nodes send the same bytes
        report.put("requested", estimate.points());
        report.put("actual", actual);
        return report;
    }

    int cost() {
        return Math.toIntExact(estimate.points());
    }

    /** Points that are left; after a refusal, those that were left then. */
    long remaining() {
        return refusal == null ? Math.max(0, budget().getAvailableTokens()) : refusal.getRemainingTokens();
    }

    /** Time until the budget is full. */
    Duration reset() {
        CostProperties properties = budgets().properties();
        long missing = properties.budget() - remaining();
        return Duration.ofNanos((long) ((double) properties.window().toNanos() * missing / properties.budget()));
    }

    /** Sets the RateLimit headers, and Retry-After if the request was refused. */
    public void describe(HttpHeaders headers) {
        if (budgets == null) {
            return;
        }
        CostProperties properties = budgets.properties();
        headers.set(
                "RateLimit-Policy",
                "\"cost\";q=" + properties.budget() + ";w="
                        + properties.window().toSeconds());
        headers.set("RateLimit", "\"cost\";r=" + remaining() + ";t=" + seconds(reset()));
        if (refusal != null) {
            headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(waitSeconds(refusal)));
        }
    }

    private static long waitSeconds(ConsumptionProbe refusal) {
        return seconds(Duration.ofNanos(refusal.getNanosToWaitForRefill()));
    }

    private static long seconds(Duration time) {
        return Math.max(1, time.plusMillis(999).toSeconds());
    }

    private Bucket budget() {
        return Objects.requireNonNull(budget);
    }

    private Budgets budgets() {
        return Objects.requireNonNull(budgets);
    }
}
