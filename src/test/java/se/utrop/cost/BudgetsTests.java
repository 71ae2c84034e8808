package se.utrop.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BudgetsTests {

    private static final int CLIENTS = 20_000;

    /** Of a client's name and budget. */
    private static final long BYTES = 600;

    @Test
    void aBudgetTakesLittleMemoryAndTheirNumberIsBounded() {
        Budgets budgets = new Budgets(
                new CostProperties(10_000, 100_000, Duration.ofMinutes(1), CLIENTS), new SimpleMeterRegistry());
        long before = memory();
        IntStream.range(0, 2 * CLIENTS)
                .forEach(i -> budgets.of("2001:db8:" + i + "::/64").tryConsume(1));
        long growth = memory() - before;
        assertThat(growth).isLessThan(CLIENTS * BYTES);
        assertThat(budgets.properties().clients()).isEqualTo(CLIENTS);
    }

    private static long memory() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
