package se.utrop.freshness;

import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import se.utrop.database.ReadDatabase;
import se.utrop.freshness.NewsroomVersion.Known;

/**
 * Caches one value that is read from the database, until the newsroom has a version with another. While the node is
 * disconnected from notifications, and for requests that read from the primary, the value is read each time.
 */
public final class VersionedCache<T> {

    private final NewsroomVersion version;

    private final Mono<T> read;

    private final BiPredicate<Known, Known> sameContent;

    private volatile @Nullable Cached<T> cached;

    /**
     * @param read reads the value when it is subscribed to
     * @param sameContent whether the value is the same in both versions
     */
    public VersionedCache(NewsroomVersion version, Mono<T> read, BiPredicate<Known, Known> sameContent) {
        this.version = version;
        this.read = read;
        this.sameContent = sameContent;
    }

    private record Cached<T>(Known version, Mono<T> value) {}

    /** The value as of the version that the node knows, or later. */
    public Mono<T> get() {
        return Mono.deferContextual(context -> {
            Known known = version.current();
            if (known == null || ReadDatabase.isOnPrimary(context)) {
                return read;
            }
            Cached<T> present = cached;
            return present != null && sameContent.test(present.version, known) ? present.value : keep(known);
        });
    }

    private Mono<T> keep(Known known) {
        Cached<T> fresh = new Cached<>(
                known,
                read.doOnError(e -> cached = null)
                        .contextWrite(caller -> Context.empty())
                        .cache());
        cached = fresh;
        return fresh.value;
    }
}
