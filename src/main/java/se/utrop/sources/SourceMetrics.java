package se.utrop.sources;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.stereotype.Component;
import se.utrop.importing.ImportReport;
import se.utrop.sources.SourceRepository.State;

/** What an operator can watch of the sources. */
@Component
@ConditionalOnWebApplication
class SourceMetrics {

    private final MeterRegistry registry;

    private final Map<String, Instant> successes = new ConcurrentHashMap<>();

    private final Instant started = Instant.now();

    SourceMetrics(MeterRegistry registry, SourcesProperties properties) {
        this.registry = registry;
        properties.sources().forEach(source -> bind(source.name()));
    }

    private void bind(String source) {
        TimeGauge.builder("utrop.sources.success.age", this, TimeUnit.SECONDS, metrics -> metrics.age(source))
                .description("Time since the source was last read by any node, or since the start where it never was")
                .tag("source", source)
                .register(registry);
    }

    private double age(String source) {
        Instant success = successes.get(source);
        return Duration.between(success == null ? started : success, Instant.now())
                        .toMillis()
                / 1000.0;
    }

    /** Of any node. */
    void observe(State state) {
        if (state.lastSuccess() != null) {
            successes.put(state.source(), state.lastSuccess());
        }
    }

    void fetched(String source, Outcome outcome) {
        registry.counter("utrop.sources.fetches", "outcome", outcome.tag(), "source", source)
                .increment();
    }

    void items(String source, ImportReport report) {
        items(source, "added", report.added());
        items(source, "revised", report.changes().revised());
        items(source, "retracted", report.changes().retracted());
        items(source, "scheduled", report.changes().scheduled());
        items(source, "conflict", report.changes().conflicts());
        items(source, "known", report.known());
        items(source, "left_out", report.others().leftOut());
    }

    private void items(String source, String outcome, int count) {
        if (count > 0) {
            registry.counter("utrop.sources.items", "outcome", outcome, "source", source)
                    .increment(count);
        }
    }

    void announced(String source, String result) {
        registry.counter("utrop.sources.announcements", "result", result, "source", source)
                .increment();
    }
}
