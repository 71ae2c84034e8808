package se.utrop.transport;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;
import org.springframework.util.unit.DataSize;

/** Two sockets of one address reserve its last byte at once. */
@JCStressTest
@Outcome(
        id = {"true, false, true", "false, true, true"},
        expect = Expect.ACCEPTABLE,
        desc = "One gets it, and its release gives it back")
@Outcome(expect = Expect.FORBIDDEN, desc = "Both or none get it, or a byte is lost")
@State
public class SocketMemoryStress {

    private final SocketMemory.Part memory = new SocketMemory(DataSize.ofBytes(1)).requests();

    @Actor
    public void first(ZZZ_Result result) {
        result.r1 = memory.hold(1);
    }

    @Actor
    public void second(ZZZ_Result result) {
        result.r2 = memory.hold(1);
    }

    @Arbiter
    public void ends(ZZZ_Result result) {
        memory.release(1);
        result.r3 = memory.hold(1);
    }
}
