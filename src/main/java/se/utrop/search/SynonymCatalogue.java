package se.utrop.search;

import java.util.List;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.freshness.NewsroomVersion;
import se.utrop.freshness.NewsroomVersion.Known;
import se.utrop.freshness.VersionedCache;

/**
 * A cache of the map of all synonyms, which is made anew for each version of the newsroom. While the node is disconnected from
 * notifications, it is made for each search.
 */
@Component
class SynonymCatalogue {

    private final SynonymRepository repository;

    private final VersionedCache<SynonymMap> cache;

    SynonymCatalogue(SynonymRepository repository, NewsroomVersion version) {
        this.repository = repository;
        this.cache = new VersionedCache<>(version, Mono.defer(this::read), Known::isSameAs);
    }

    /** All synonyms, as of the version that the node knows, or later. */
    Mono<List<Synonyms>> all() {
        return cache.get().map(SynonymMap::all);
    }

    private Mono<SynonymMap> read() {
        return repository.all().collectList().map(SynonymMap::new);
    }

    /** The expression with the synonyms of its words. */
    Mono<Expression> widen(Expression expression) {
        return cache.get().map(synonyms -> new SynonymExpansion(synonyms).widen(expression));
    }
}
