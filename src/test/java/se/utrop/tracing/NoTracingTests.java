package se.utrop.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationContext;
import se.utrop.UtropTest;

@UtropTest
class NoTracingTests {

    private final ApplicationContext context;

    NoTracingTests(ApplicationContext context) {
        this.context = context;
    }

    @Test
    void nothingOfTracingIsThereUnlessItIsOn() {
        assertThat(context.getBeanProvider(Spans.class).getIfAvailable()).isNull();
        assertThat(Stream.of(context.getBeanDefinitionNames()).map(context::getType))
                .noneMatch(type ->
                        type != null && type.getName().matches("(io\\.opentelemetry|io\\.micrometer\\.tracing)\\..*"));
    }
}
