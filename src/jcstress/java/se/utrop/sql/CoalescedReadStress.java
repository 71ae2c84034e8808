package se.utrop.sql;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import reactor.core.publisher.Mono;

/** A caller writes and reads while another read is under way. */
@JCStressTest
@Outcome(
        id = {"1, 0", "1, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "The writer reads what it wrote")
@Outcome(id = "0, .*", expect = Expect.FORBIDDEN, desc = "The writer got a read from before its call")
@Outcome(expect = Expect.FORBIDDEN, desc = "A caller got nothing")
@State
public class CoalescedReadStress {

    private volatile int source;

    private volatile int ofWriter = -1;

    private volatile int ofReader = -1;

    private final CoalescedRead<Integer> read = new CoalescedRead<>(Mono.fromSupplier(() -> source));

    @Actor
    public void writes() {
        source = 1;
        read.get().subscribe(value -> ofWriter = value);
    }

    @Actor
    public void reads() {
        read.get().subscribe(value -> ofReader = value);
    }

    @Arbiter
    public void ends(II_Result result) {
        result.r1 = ofWriter;
        result.r2 = ofReader;
    }
}
