package se.utrop.sources;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.sources.SourceRepository.State;

/** How each source is. It is always up: a node serves whatever becomes of the newsrooms that it follows. */
@Component("sourcesHealthIndicator")
@ConditionalOnWebApplication
class SourcesHealthIndicator implements ReactiveHealthIndicator {

    private final SourceRepository repository;

    private final List<String> sources;

    SourcesHealthIndicator(SourceRepository repository, SourcesProperties properties) {
        this.repository = repository;
        this.sources = properties.sources().stream().map(SourceSettings::name).toList();
    }

    @Override
    public Mono<Health> health() {
        return sources.isEmpty()
                ? Mono.just(Health.up().build())
                : repository
                        .states(sources)
                        .collectMap(State::source, SourcesHealthIndicator::details, LinkedHashMap::new)
                        .map(states -> Health.up().withDetails(states).build())
                        .onErrorReturn(
                                Health.up().withDetail("state", "unknown").build());
    }

    private static Map<String, Object> details(State state) {
        Map<String, Object> details = new LinkedHashMap<>();
        put(details, "lastSuccess", state.lastSuccess());
        put(details, "lastFailure", state.lastFailure());
        put(details, "lastError", state.lastError());
        put(details, "failures", state.failures());
        put(details, "nextRequest", state.nextRequest());
        put(details, "subscribedUntil", state.subscribedUntil());
        return details;
    }

    private static void put(Map<String, Object> details, String name, @Nullable Object value) {
        if (value != null) {
            details.put(name, value);
        }
    }
}
