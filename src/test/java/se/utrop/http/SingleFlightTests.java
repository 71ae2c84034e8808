package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class SingleFlightTests {

    @Test
    void workThatIsDoneIsNotHeld() {
        Object request = new Object();
        WeakReference<Object> held = new WeakReference<>(request);
        SingleFlight<String> work = working(request, Mono.just("done"));

        assertThat(joined(work).block()).isEqualTo("done");

        request = null;
        awaitCollected(held);
        assertThat(work.join()).isNull();
    }

    @Test
    void workThatIsDoneLaterIsNotHeld() {
        Object request = new Object();
        WeakReference<Object> held = new WeakReference<>(request);
        Sinks.One<String> result = Sinks.one();
        SingleFlight<String> work = working(request, result.asMono());
        Mono<String> joined = joined(work);

        joined.subscribe();
        result.tryEmitValue("done");

        request = null;
        awaitCollected(held);
        assertThat(work.join()).isNull();
    }

    private static SingleFlight<String> working(Object request, Mono<String> result) {
        return new SingleFlight<>(result.doOnNext(done -> assertThat(request).isNotNull()));
    }

    private static Mono<String> joined(SingleFlight<String> work) {
        return Objects.requireNonNull(work.join());
    }

    private static void awaitCollected(WeakReference<Object> held) {
        await().untilAsserted(() -> {
            System.gc();
            assertThat(held.get()).isNull();
        });
    }
}
