package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;
import se.utrop.Api;
import se.utrop.UtropTest;

@UtropTest
@TestPropertySource(properties = "utrop.metrics.operation-names=3")
class OperationNamesTests {

    private final Api api;
    private final MeterRegistry meters;

    OperationNamesTests(Api api, MeterRegistry meters) {
        this.api = api;
        this.meters = meters;
    }

    @Test
    void theFirstNamesAreToldApart() {
        api.answer("{ __typename }", Map.of());
        for (int i = 0; i < 20; i++) {
            api.answer("query Q%d { __typename }".formatted(i), Map.of());
        }
        api.answer("query Q1 { __typename }", Map.of());
        Awaitility.await()
                .untilAsserted(() -> assertThat(names()).containsExactlyInAnyOrder("none", "Q0", "Q1", "Q2", "other"));
        assertThat(meters.get("http.server.requests")
                        .tag("operation.name", "Q1")
                        .timer()
                        .count())
                .isEqualTo(2);
    }

    private Set<String> names() {
        return meters.get("http.server.requests").tag("uri", "/graphql").timers().stream()
                .map(timer -> Objects.requireNonNull(timer.getId().getTag("operation.name")))
                .collect(Collectors.toSet());
    }
}
