package se.utrop.database;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.lang.reflect.Proxy;
import java.util.concurrent.CancellationException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import reactor.core.publisher.Mono;

/** A client gives up at the moment of the COMMIT. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "The statement is cancelled, and no COMMIT is sent")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "The COMMIT is sent, and is not cancelled")
@Outcome(id = "1, 1", expect = Expect.FORBIDDEN, desc = "The cancel request can hit the COMMIT")
@Outcome(expect = Expect.FORBIDDEN, desc = "Neither")
@State
public class CommitStress {

    private final Cancellation cancellation = new Cancellation();

    private volatile int cancelRequests;

    private final PostgresqlConnection connection = (PostgresqlConnection) Proxy.newProxyInstance(
            CommitStress.class.getClassLoader(),
            new Class<?>[] {PostgresqlConnection.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "cancelRequest" -> Mono.fromRunnable(() -> cancelRequests = 1);
                case "hashCode" -> 1;
                case "equals" -> true;
                default -> throw new UnsupportedOperationException(method.getName());
            });

    public CommitStress() {
        cancellation.take(connection);
    }

    @Actor
    public void cancels(II_Result result) {
        cancellation.cancel();
        result.r1 = cancelRequests;
    }

    @Actor
    public void commits(II_Result result) {
        try {
            cancellation.beginCommit(connection);
            result.r2 = 1;
        } catch (CancellationException e) {
            result.r2 = 0;
        }
    }
}
