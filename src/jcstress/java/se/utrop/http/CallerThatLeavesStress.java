package se.utrop.http;

import java.util.Objects;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The only caller of a single flight leaves while another joins. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "The work goes on, and the second caller gets its result")
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "The work was cancelled, and the second caller is told so")
@Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "The second caller waits for work that was cancelled")
@State
public class CallerThatLeavesStress {

    private final Sinks.One<Integer> work = Sinks.one();

    private final SingleFlight<Integer> flight = new SingleFlight<>(work.asMono());

    private final Disposable first = Objects.requireNonNull(flight.join()).subscribe();

    private volatile int seen;

    @Actor
    public void leaves() {
        first.dispose();
    }

    @Actor
    public void joins() {
        Mono<Integer> joined = flight.join();
        if (joined == null) {
            seen = 2;
        } else {
            joined.subscribe(result -> seen = result);
        }
    }

    @Arbiter
    public void ends(I_Result result) {
        work.tryEmitValue(1);
        result.r1 = seen;
    }
}
