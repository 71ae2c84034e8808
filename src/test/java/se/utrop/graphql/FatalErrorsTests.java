package se.utrop.graphql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class FatalErrorsTests {

    @Test
    void whatIsThrownWhileItSubscribesIsAnErrorSignal() {
        Mono<Object> work = Mono.fromSupplier(() -> {
            throw new LinkageError("as if");
        });
        assertThat(ended(FatalErrors.contain(work))).isInstanceOf(LinkageError.class);
    }

    @Test
    void whatIsThrownBehindASourceEndsTheNextBoundaryAndReleasesWhatIsHeld() {
        Sinks.One<String> source = Sinks.one();
        AtomicInteger released = new AtomicInteger();
        Mono<String> work = FatalErrors.contain(source.asMono())
                .doFinally(signal -> released.incrementAndGet())
                .map(value -> {
                    throw new StackOverflowError();
                });
        AtomicBoolean ended = new AtomicBoolean();
        FatalErrors.contain(work)
                .onErrorComplete(StackOverflowError.class)
                .subscribe(null, null, () -> ended.set(true));
        source.tryEmitValue("value").orThrow();
        assertThat(ended).isTrue();
        assertThat(released).hasValue(1);
    }

    @Test
    void theOutermostBoundaryPassesOnWhatIsThrownBelowIt() {
        Mono<String> work = FatalErrors.contain(Mono.just("value")).map(value -> {
            throw new LinkageError("as if");
        });
        assertThatThrownBy(work::subscribe).isInstanceOf(LinkageError.class);
    }

    @Test
    void cancelsItsSourceOnce() {
        AtomicInteger cancelled = new AtomicInteger();
        FatalErrors.contain(Mono.never().doOnCancel(cancelled::incrementAndGet))
                .subscribe()
                .dispose();
        assertThat(cancelled).hasValue(1);
    }

    private static Throwable ended(Mono<?> work) {
        return work.<Throwable>map(value -> new AssertionError("It has a value: " + value))
                .onErrorResume(Mono::just)
                .blockOptional()
                .orElseThrow();
    }
}
