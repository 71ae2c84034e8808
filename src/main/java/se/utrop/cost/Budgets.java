package se.utrop.cost;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/**
 * Rate limiting by cost: one token bucket per client, refilled continuously. A bucket that is unused for the time that
 * it takes to fill is evicted.
 *
 * @see <a href="https://en.wikipedia.org/wiki/Token_bucket">Token bucket</a>
 * @see <a href="https://bucket4j.com">Bucket4j</a>
 */
@Component
class Budgets {

    private final CostProperties properties;

    private final LoadingCache<String, Bucket> buckets;

    private final Counter refused;

    Budgets(CostProperties properties, MeterRegistry meters) {
        this.properties = properties;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(properties.clients())
                .expireAfterAccess(properties.window())
                .executor(Runnable::run)
                .build(client -> full());
        this.refused = Counter.builder("utrop.cost.refused")
                .description("Operations refused because their client's budget was used up")
                .register(meters);
        Gauge.builder("utrop.cost.budgets", buckets, LoadingCache::estimatedSize)
                .description("Clients whose budget is kept")
                .register(meters);
    }

    private Bucket full() {
        return Bucket.builder()
                .addLimit(limit ->
                        limit.capacity(properties.budget()).refillGreedy(properties.budget(), properties.window()))
                .withNanosecondPrecision()
                .build();
    }

    CostProperties properties() {
        return properties;
    }

    Bucket of(String client) {
        return buckets.get(client);
    }

    void refused() {
        refused.increment();
    }
}
