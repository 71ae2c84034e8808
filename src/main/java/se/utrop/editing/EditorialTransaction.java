package se.utrop.editing;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.ReactiveTransaction;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import se.utrop.access.Caller;
import se.utrop.access.TokenScope;
import se.utrop.standing.NewsroomVersion;

/** What all mutations have in common: one transaction, one answer under a key, a line in the audit trail. */
@Component
class EditorialTransaction {

    /** Times that a transaction is tried which another one came between. */
    private static final int TRIES = 10;

    private final TransactionalOperator transaction;
    private final CallRepository calls;
    private final NewsroomVersion version;
    private final EditingProperties properties;

    EditorialTransaction(
            TransactionalOperator transaction,
            CallRepository calls,
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
    Mono<Outcome> run(TokenScope scope, Call call, Function<Proofreader, Mono<Outcome>> work) {
        return Caller.current()
                .doOnNext(caller -> caller.require(scope))
                .flatMap(caller -> transaction
                        .execute(status -> attempt(status, caller.name(), call, work))
                        .single())
                .retryWhen(Retry.max(TRIES).filter(EditorialTransaction::isRace))
                .flatMap(outcome -> outcome.isRefused()
                        ? Mono.just(outcome)
                        : version.catchUp().thenReturn(outcome));
    }

    /** What was looked up has changed before it was written: by whoever adds news past this service. */
    private static boolean isRace(Throwable failure) {
        return failure instanceof DataIntegrityViolationException || failure instanceof ConcurrencyFailureException;
    }

    private Mono<Outcome> attempt(
            ReactiveTransaction status, String caller, Call call, Function<Proofreader, Mono<Outcome>> work) {
        Proofreader proof = new Proofreader();
        String key = call.key(proof);
        Mono<Outcome> first = work.apply(proof)
                .filter(outcome -> proof.isSatisfied())
                .flatMap(outcome -> record(caller, key, call, outcome).thenReturn(outcome))
                .switchIfEmpty(Mono.fromSupplier(() -> Outcome.refused(proof.errors())));
        return (key == null || !proof.isSatisfied() ? first : once(caller, key, call, first)).doOnNext(outcome -> {
            if (outcome.isRefused()) {
                status.setRollbackOnly();
            }
        });
    }

    private Mono<Outcome> once(String caller, String key, Call call, Mono<Outcome> first) {
        return calls.forget(properties.keysKept())
                .then(calls.isFirst(caller, key, call))
                .flatMap(isFirst -> isFirst
                        ? first
                        : calls.outcome(caller, key, call).switchIfEmpty(Mono.fromSupplier(call::refuseKey)));
    }

    private Mono<Void> record(String caller, @Nullable String key, Call call, Outcome outcome) {
        Mono<Void> audited = calls.audit(caller, call.action(), outcome, key);
        return key == null ? audited : audited.then(calls.keep(caller, key, outcome));
    }
}
