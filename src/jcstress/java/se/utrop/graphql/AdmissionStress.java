package se.utrop.graphql;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import reactor.core.publisher.Mono;

/** One operation ends while another asks for the only permit. */
@JCStressTest
@Outcome(
        id = "2, 1, 3",
        expect = Expect.ACCEPTABLE,
        desc = "Both run, one at a time, and the permit is free afterwards")
@Outcome(expect = Expect.FORBIDDEN, desc = "Both run at once, one waits for ever, or the permit is lost")
@State
public class AdmissionStress {

    private static final AdmissionProperties ONE = new AdmissionProperties(1, 2, Duration.ofMinutes(1), Duration.ZERO);

    private final Admission admission = new Admission(ONE, new SimpleMeterRegistry());

    private final AtomicInteger executed = new AtomicInteger();

    private final AtomicInteger running = new AtomicInteger();

    private final AtomicInteger most = new AtomicInteger();

    private void operation() {
        // the chain below uses no request
        @SuppressWarnings("NullAway")
        Mono<WebGraphQlResponse> operation = admission.intercept((WebGraphQlRequest) null, request -> run());
        operation.subscribe();
    }

    private Mono<WebGraphQlResponse> run() {
        return Mono.fromRunnable(() -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            executed.incrementAndGet();
            running.decrementAndGet();
        });
    }

    @Actor
    public void first() {
        operation();
    }

    @Actor
    public void second() {
        operation();
    }

    @Arbiter
    public void ends(III_Result result) {
        result.r1 = executed.get();
        result.r2 = most.get();
        operation();
        result.r3 = executed.get();
    }
}
