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
 * What one request takes from its client's budget: a point when it comes in, the rest of what it may cost when that is
 * known, and what it didn't need is given back. It travels in Reactor's context and in GraphQL's. A request that finds
 * its answer ready never begins.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/">RateLimit header fields for HTTP</a>
 */
public final class BudgetReservation {

    /** The field that tells of it: an answer with it is true for one client and moment. */
    public static final String FIELD = "rateLimit";

    private static final int ENTRANCE = 1;

    private @Nullable Budgets budgets;

    private @Nullable Bucket budget;

    private CostEstimate estimate = CostEstimate.NOTHING;

    private @Nullable Duration wait;

    /** Whether the request was executed, or refused, on its client's account. */
    public boolean isBegun() {
        return budget != null;
    }

    public Context in(Context context) {
        return context.put(BudgetReservation.class, this);
    }

    /** @throws Problem RATE_LIMITED where nothing is left */
    void begin(Budgets all, String client) {
        budgets = all;
        budget = all.of(client);
        take(ENTRANCE);
    }

    /** @throws Problem COST_EXCEEDED or RATE_LIMITED where it is more than one operation, or the client, may ask for */
    void require(CostEstimate asked) {
        estimate = asked;
        take(Math.max(0, asked.points() - ENTRANCE));
    }

    private void take(long points) {
        if (points == 0) {
            return;
        }
        ConsumptionProbe probe = budget().tryConsumeAndReturnRemaining(points);
        if (!probe.isConsumed()) {
            wait = Duration.ofNanos(probe.getNanosToWaitForRefill());
            budgets().refused();
            throw new Problem(
                    ErrorCode.RATE_LIMITED,
                    probe.getRemainingTokens() == 0
                            ? "Your budget is used up: try again in %d s".formatted(seconds(wait))
                            : "This operation may cost %d points, and your budget has %d left: try again in %d s, or request less"
                                    .formatted(estimate.points(), probe.getRemainingTokens(), seconds(wait)));
        }
    }

    /**
     * Gives back what wasn't needed.
     *
     * @return what the client is told of it; nothing where it wasn't executed
     */
    Map<String, Object> settle(int objects) {
        if (estimate.equals(CostEstimate.NOTHING)) {
            return Map.of();
        }
        long actual = estimate.weights() + objects;
        if (actual < estimate.points()) {
            budget().addTokens(estimate.points() - Math.max(actual, ENTRANCE));
        }
        Map<String, Object> told = new LinkedHashMap<>(); // the same answer is the same bytes on every node
        told.put("requested", estimate.points());
        told.put("actual", actual);
        return told;
    }

    int cost() {
        return Math.toIntExact(estimate.points());
    }

    long remaining() {
        return Math.max(0, budget().getAvailableTokens());
    }

    /** Until the budget is full. */
    Duration reset() {
        CostProperties properties = budgets().properties();
        long missing = properties.budget() - remaining();
        return Duration.ofNanos((long) ((double) properties.window().toNanos() * missing / properties.budget()));
    }

    /** Says what is left, and where the request was refused when to come again. */
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
        if (wait != null) {
            headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(seconds(wait)));
        }
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
