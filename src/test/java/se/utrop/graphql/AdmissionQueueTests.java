package se.utrop.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.util.LinkedMultiValueMap;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Whose turn it is when clients go just as it comes. */
class AdmissionQueueTests {

    private static final WebGraphQlRequest REQUEST = new WebGraphQlRequest(
            URI.create("/graphql"),
            new HttpHeaders(),
            new LinkedMultiValueMap<>(),
            null,
            Map.of(),
            Map.of("query", "{ __typename }"),
            "1",
            Locale.ROOT);

    private final MeterRegistry meters = new SimpleMeterRegistry();

    private final Admission admission =
            new Admission(new AdmissionProperties(1, 2, Duration.ofMinutes(1), Duration.ZERO), meters);

    @Test
    void noTurnIsLostWhereAClientGoesAsItsTurnComes() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 20_000; round++) {
                Sinks.Empty<Void> first = Sinks.empty();
                admit(first.asMono());
                Disposable second = admit(Mono.never());
                AtomicInteger third = new AtomicInteger();
                admit(Mono.fromRunnable(third::incrementAndGet));
                CyclicBarrier start = new CyclicBarrier(2);
                Future<?> ends = threads.submit(() -> {
                    start.await();
                    return first.tryEmitEmpty();
                });
                Future<?> goes = threads.submit(() -> {
                    start.await();
                    second.dispose();
                    return null;
                });
                ends.get();
                goes.get();
                assertThat(third).hasValue(1);
                assertThat(gauge("running")).isZero();
                assertThat(gauge("waiting")).isZero();
            }
        }
    }

    @Test
    void whoWaitsComesInTurn() {
        Sinks.Empty<Void> first = Sinks.empty();
        List<Integer> executed = new ArrayList<>();
        admit(first.asMono());
        admit(Mono.fromRunnable(() -> executed.add(2)));
        admit(Mono.fromRunnable(() -> executed.add(3)));
        assertThat(admission.isFull()).isTrue();
        assertThat(executed).isEmpty();
        first.tryEmitEmpty();
        assertThat(executed).containsExactly(2, 3);
        assertThat(admission.isFull()).isFalse();
    }

    @Test
    void aTurnGoesOnWhereAnOperationFails() {
        Sinks.Empty<Void> first = Sinks.empty();
        List<Integer> executed = new ArrayList<>();
        admit(first.asMono());
        admit(Mono.error(new IllegalStateException("It fails")));
        admit(Mono.fromRunnable(() -> executed.add(3)));
        first.tryEmitEmpty();
        assertThat(executed).containsExactly(3);
        assertThat(gauge("running")).isZero();
    }

    private Disposable admit(Mono<Void> operation) {
        return admission
                .intercept(REQUEST, request -> operation.then(Mono.empty()))
                .subscribe(answer -> {}, failure -> {});
    }

    private double gauge(String name) {
        return meters.get("utrop.admission." + name).gauge().value();
    }
}
