package se.utrop.topic;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import se.utrop.freshness.NewsroomVersion;
import se.utrop.freshness.NewsroomVersion.Known;

/**
 * The topics, which are few and change seldom, while nearly every answer names some: a node reads them again only when it
 * has heard that they changed. While it is deaf it reads them each time.
 */
@Component
public class TopicCatalogue {

    private final TopicRepository repository;

    private final NewsroomVersion version;

    private volatile @Nullable Kept kept;

    TopicCatalogue(TopicRepository repository, NewsroomVersion version) {
        this.repository = repository;
        this.version = version;
    }

    private record Kept(Known version, Mono<Topics> topics) {}

    /** The topics, as of the version that the node knows or later. */
    Mono<Topics> topics() {
        return Mono.defer(() -> {
            Known known = version.current();
            if (known == null) {
                return read();
            }
            Kept present = kept;
            return present != null && present.version.hasTopicsOf(known) ? present.topics : keep(known);
        });
    }

    private Mono<Topics> keep(Known known) {
        Kept fresh = new Kept(
                known,
                read().doOnError(e -> kept = null)
                        .contextWrite(asker -> Context.empty())
                        .cache());
        kept = fresh;
        return fresh.topics;
    }

    private Mono<Topics> read() {
        return repository.all().collectList().map(Topics::new);
    }

    /** What is read of rows that name topics by their keys; read once more where a topic came in between. */
    public <T> Mono<T> with(Function<Topics, Mono<T>> reading) {
        return topics().flatMap(reading).onErrorResume(Topics.Later.class, e -> read().flatMap(reading));
    }
}
