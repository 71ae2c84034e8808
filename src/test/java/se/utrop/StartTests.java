package se.utrop;

import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

@UtropTest
class StartTests {

    private final WebTestClient client;

    StartTests(WebTestClient client) {
        this.client = client;
    }

    @Test
    void reportsReadinessAndLiveness() {
        client.get().uri("/actuator/health/readiness").exchange().expectStatus().isOk();
        client.get().uri("/actuator/health/liveness").exchange().expectStatus().isOk();
    }
}
