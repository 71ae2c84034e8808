package se.utrop.editing;

import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.ReactiveTransaction;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import se.utrop.access.Caller;
import se.utrop.access.TokenScope;
import se.utrop.database.DomainViolation;
import se.utrop.freshness.NewsroomVersion;

/** Runs a mutation: in one transaction, once for each idempotency key, with an entry in the audit log. */
@Component
class EditorialTransaction {

    /**
     * SQLSTATEs of what another transaction causes and a repetition mends: serialization failure, deadlock, and violations of
     * unique and foreign keys that held when they were looked up.
     *
     * @see <a href="https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html">Serialization Failure
     *     Handling</a>
     */
    private static final Set<String> RACES = Set.of("40001", "40P01", "23505", "23503");

    private static final int REPETITIONS = 3;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

    private final TransactionalOperator transaction;
    private final MutationCallRepository calls;
    private final NewsroomVersion version;
    private final EditingProperties properties;

    EditorialTransaction(
            TransactionalOperator transaction,
            MutationCallRepository calls,
            NewsroomVersion version,
            EditingProperties properties) {
        this.transaction = transaction;
        this.calls = calls;
        this.version = version;
        this.properties = properties;
    }

    /**
     * Does the work, all of it or nothing. Whoever reads from this node after the answer sees what was done.
     *
     * @param scope what the caller's token has to allow
     * @param work empty where it marks what has to be put right
     */
    Mono<MutationResult> run(TokenScope scope, MutationCall call, Function<InputValidator, Mono<MutationResult>> work) {
        return Caller.current()
                .doOnNext(caller -> caller.require(scope))
                .flatMap(caller -> transaction
                        .execute(status -> attempt(status, caller.name(), call, work))
                        .single())
                .retryWhen(Retry.backoff(REPETITIONS, FIRST_PAUSE)
                        .jitter(0.5)
                        .filter(EditorialTransaction::isRace)
                        .onRetryExhaustedThrow((retry, last) -> last.failure()))
                .onErrorResume(DomainViolation::is, failure -> Mono.just(DatabaseRefusal.result(failure)))
                .flatMap(outcome -> outcome.isRefused()
                        ? Mono.just(outcome)
                        : version.catchUp().thenReturn(outcome));
    }

    private static boolean isRace(Throwable failure) {
        return failure instanceof DataAccessException
                && failure.getCause() instanceof R2dbcException cause
                && RACES.contains(cause.getSqlState());
    }

    private Mono<MutationResult> attempt(
            ReactiveTransaction status,
            String caller,
            MutationCall call,
            Function<InputValidator, Mono<MutationResult>> work) {
        InputValidator validator = new InputValidator();
        String key = call.key(validator);
        Mono<MutationResult> first = work.apply(validator)
                .filter(outcome -> validator.isSatisfied())
                .flatMap(outcome -> record(caller, key, call, outcome).thenReturn(outcome))
                .switchIfEmpty(Mono.fromSupplier(() -> MutationResult.refused(validator.errors())));
        return calls.setSynchronousCommit()
                .then(key == null || !validator.isSatisfied() ? first : once(caller, key, call, first))
                .doOnNext(outcome -> {
                    if (outcome.isRefused()) {
                        status.setRollbackOnly();
                    }
                });
    }

    private Mono<MutationResult> once(String caller, String key, MutationCall call, Mono<MutationResult> first) {
        return calls.forget(properties.keysKept())
                .then(calls.isFirst(caller, key, call))
                .flatMap(isFirst -> isFirst
                        ? first
                        : calls.outcome(caller, key, call).switchIfEmpty(Mono.fromSupplier(call::refuseKey)));
    }

    private Mono<Void> record(String caller, @Nullable String key, MutationCall call, MutationResult outcome) {
        Mono<Void> audited = outcome.isLogged() ? calls.audit(caller, call.action(), outcome, key) : Mono.empty();
        return key == null ? audited : audited.then(calls.keep(caller, key, outcome));
    }
}
