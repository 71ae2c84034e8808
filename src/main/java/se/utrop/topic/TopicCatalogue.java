package se.utrop.topic;

import java.util.function.Function;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.freshness.NewsroomVersion;
import se.utrop.freshness.NewsroomVersion.Known;
import se.utrop.freshness.VersionedCache;

/**
 * A cache of all topics, invalidated by notifications. Topics are few and rarely change, but nearly every response
 * contains some. While the node is disconnected from notifications, it reads the topics for each request.
 */
@Component
public class TopicCatalogue {

    private final TopicRepository repository;

    private final VersionedCache<Topics> cache;

    TopicCatalogue(TopicRepository repository, NewsroomVersion version) {
        this.repository = repository;
        this.cache = new VersionedCache<>(version, Mono.defer(this::read), Known::hasTopicsOf);
    }

    /** The topics as of the version that the node knows, or later. */
    Mono<Topics> topics() {
        return cache.get();
    }

    private Mono<Topics> read() {
        return Mono.zip(repository.all().collectList(), repository.merged().collectList(), Topics::new);
    }

    /**
     * Applies a function that reads rows with topic keys. Repeats it once with fresh topics if the rows refer to a
     * newer topic.
     */
    public <T> Mono<T> with(Function<Topics, Mono<T>> reading) {
        return topics().flatMap(reading).onErrorResume(Topics.Later.class, e -> read().flatMap(reading));
    }
}
