package se.utrop.tracing;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(TracingConfiguration.ENDPOINT)
class TracingConfiguration {

    static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";

    @Bean
    Spans spans(ObservationRegistry observations) {
        return new Spans(observations);
    }
}
