package se.utrop.search;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import se.utrop.database.ReadDatabase;
import se.utrop.freshness.NewsroomVersion;
import se.utrop.freshness.NewsroomVersion.Known;

/**
 * A cache of the map of all synonyms, which is made anew for each version of the newsroom. While the node is disconnected from
 * notifications, it is made for each search.
 */
@Component
class SynonymCatalogue {

    private final SynonymRepository repository;

    private final NewsroomVersion version;

    private volatile @Nullable Cached cached;

    SynonymCatalogue(SynonymRepository repository, NewsroomVersion version) {
        this.repository = repository;
        this.version = version;
    }

    private record Cached(Known version, Mono<SynonymMap> synonyms) {

        boolean isOf(Known known) {
            return version.connection() == known.connection() && version.number() == known.number();
        }
    }

    /** All synonyms, as of the version that the node knows, or later. */
    Mono<List<Synonyms>> all() {
        return map().map(SynonymMap::all);
    }

    private Mono<SynonymMap> map() {
        return Mono.deferContextual(context -> {
            Known known = version.current();
            if (known == null || ReadDatabase.isOnPrimary(context)) {
                return read();
            }
            Cached present = cached;
            return present != null && present.isOf(known) ? present.synonyms : keep(known);
        });
    }

    private Mono<SynonymMap> read() {
        return repository.all().collectList().map(SynonymMap::new);
    }

    private Mono<SynonymMap> keep(Known known) {
        Cached fresh = new Cached(
                known,
                read().doOnError(e -> cached = null)
                        .contextWrite(caller -> Context.empty())
                        .cache());
        cached = fresh;
        return fresh.synonyms;
    }

    /** The expression with the synonyms of its words. */
    Mono<Expression> widen(Expression expression) {
        return map().map(synonyms -> new SynonymExpansion(synonyms).widen(expression));
    }
}
