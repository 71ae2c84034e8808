package se.utrop.graphql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class DeadlineTests {

    private static final Duration LIMIT = Duration.ofMillis(200);

    private static final Mono<String> WORK = Mono.delay(LIMIT.multipliedBy(3)).thenReturn("done");

    @Test
    void anOperationFailsAfterItsLimit() {
        assertThatThrownBy(Deadline.limit(WORK, LIMIT)::block).hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void anExtensionLetsAnOperationTakeLonger() {
        Mono<String> extended = Deadline.extend(Duration.ofMinutes(1)).then(WORK);
        assertThat(Deadline.limit(extended, LIMIT).block()).isEqualTo("done");
    }

    @Test
    void anExtendedOperationFailsAfterTheExtension() {
        Mono<String> extended = Deadline.extend(LIMIT.multipliedBy(2)).then(Mono.never());
        assertThatThrownBy(Deadline.limit(extended, LIMIT)::block).hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void anExtensionNeverShortensTheLimit() {
        Mono<String> extended = Deadline.extend(Duration.ZERO).then(WORK);
        assertThat(Deadline.limit(extended, Duration.ofMinutes(1)).block()).isEqualTo("done");
    }
}
