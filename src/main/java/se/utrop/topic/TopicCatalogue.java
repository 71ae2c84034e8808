package se.utrop.topic;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import se.utrop.database.ReadDatabase;
import se.utrop.freshness.NewsroomVersion;
import se.utrop.freshness.NewsroomVersion.Known;

/**
 * A cache of all topics, invalidated by notifications. Topics are few and rarely change, but nearly every response
 * contains some. While the node is disconnected from notifications, it reads the topics for each request.
 */
@Component
public class TopicCatalogue {

    private final TopicRepository repository;

    private final NewsroomVersion version;

    private volatile @Nullable Cached cached;

    TopicCatalogue(TopicRepository repository, NewsroomVersion version) {
        this.repository = repository;
        this.version = version;
    }

    private record Cached(Known version, Mono<Topics> topics) {}

    /** The topics as of the version that the node knows, or later. */
    Mono<Topics> topics() {
        return Mono.deferContextual(context -> {
            Known known = version.current();
            if (known == null || ReadDatabase.isOnPrimary(context)) {
                return read();
            }
            Cached present = cached;
            return present != null && present.version.hasTopicsOf(known) ? present.topics : keep(known);
        });
    }

    private Mono<Topics> keep(Known known) {
        Cached fresh = new Cached(
                known,
                read().doOnError(e -> cached = null)
                        .contextWrite(caller -> Context.empty())
                        .cache());
        cached = fresh;
        return fresh.topics;
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
