package se.utrop.sources;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.transaction.reactive.TransactionalOperator;
import se.utrop.Newsroom;
import se.utrop.importing.Importer;
import se.utrop.sources.SourceRepository.State;

/** Fetches sources one by one, when the test says so. */
final class Polling {

    final SourceRepository repository;
    final SubscriptionRepository subscriptions;
    final MeterRegistry meters = new SimpleMeterRegistry();

    private final ApplicationContext context;
    private final @Nullable URI publicUrl;

    Polling(ApplicationContext context, @Nullable URI publicUrl) {
        this.context = context;
        this.publicUrl = publicUrl;
        this.repository = context.getBean(SourceRepository.class);
        this.subscriptions = context.getBean(SubscriptionRepository.class);
    }

    State poll(SourceSettings source) {
        return poll(source, client(source));
    }

    State poll(SourceSettings source, FeedClient client) {
        repository.register(List.of(source)).block();
        context.getBean(Newsroom.class).run("update source set due_at = clock_timestamp()");
        SourceReader reader = reader(source, client);
        reader.read(source, claim(source))
                .flatMap(progress -> reader.subscribe(source, progress))
                .block();
        return state();
    }

    void read(SourceSettings source, Claim claim) {
        SourceReader reader = reader(source, client(source));
        reader.read(source, claim)
                .flatMap(progress -> reader.subscribe(source, progress))
                .block();
    }

    Claim claim(SourceSettings source) {
        return repository
                .claim(List.of(source), SourceFollower.LEASE)
                .blockOptional()
                .orElseThrow();
    }

    State state() {
        return repository
                .states(List.of(TestSource.NAME))
                .collectList()
                .blockOptional()
                .orElseThrow()
                .getFirst();
    }

    FeedClient client(SourceSettings source) {
        return new FeedClient(
                context.getBean(ReactorResourceFactory.class),
                context.getBeanProvider(BuildProperties.class),
                properties(source));
    }

    private SourceReader reader(SourceSettings source, FeedClient client) {
        SourcesProperties properties = properties(source);
        return new SourceReader(
                client,
                new Intake(context.getBean(Importer.class)),
                repository,
                new HubSubscriber(subscriptions, client, properties),
                context.getBean(TransactionalOperator.class),
                new SourceMetrics(meters, properties));
    }

    SourcesProperties properties(SourceSettings source) {
        return new SourcesProperties(List.of(source), publicUrl);
    }

    double fetches(Outcome outcome) {
        return meters.counter("utrop.sources.fetches", "outcome", outcome.tag(), "source", TestSource.NAME)
                .count();
    }
}
