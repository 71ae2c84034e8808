package se.utrop.syndication;

import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.http.Queries;
import se.utrop.http.Rendering;
import se.utrop.http.StoredQuery;
import se.utrop.news.NewsCriteria;
import se.utrop.news.NewsFilters;

/** Renders feeds from the answers to queries. */
@Component
class Feeds {

    private final StoredQuery<Answer> news = StoredQuery.of("syndication/News", Answer.class);
    private final StoredQuery<Answer> search = StoredQuery.of("syndication/Search", Answer.class);

    private final SyndicationRepository repository;
    private final NewsFilters filters;
    private final SyndicationProperties properties;

    Feeds(SyndicationRepository repository, NewsFilters filters, SyndicationProperties properties) {
        this.repository = repository;
        this.filters = filters;
        this.properties = properties;
    }

    private record Answer(NewsPage page) {}

    Mono<Rendering> render(FeedFormat format, FeedRequest request, Publisher publisher, Queries queries) {
        StoredQuery<Answer> document = request.q() == null ? news : search;
        return document.execute(queries, request.variables())
                .flatMap(
                        answer -> page(format, request, publisher, answer.page().exact()))
                .map(page -> Rendering.of(HttpStatus.OK, format.mediaType(), format.write(page))
                        .withHeaders(links(format, page)));
    }

    private Mono<FeedPage> page(FeedFormat format, FeedRequest request, Publisher publisher, NewsPage page) {
        return Mono.zip(repository.ids(), tombstones(format, request))
                .map(read -> new FeedPage(
                        publisher,
                        request,
                        read.getT1(),
                        request.isPushed() ? properties.hub() : null,
                        page,
                        read.getT2()));
    }

    /** Only Atom has tombstones. What a retracted text was found by in a search isn't known any more. */
    private Mono<List<Tombstone>> tombstones(FeedFormat format, FeedRequest request) {
        if (format != FeedFormat.ATOM || !request.isFirstPage()) {
            return Mono.just(List.of());
        }
        NewsCriteria criteria = filters.criteria(request.newsFilter());
        return repository.retractions(criteria).collectList();
    }

    /**
     * Names the hub, and the address to subscribe to there.
     *
     * @see <a href="https://www.w3.org/TR/websub/#discovery">WebSub, 4, Discovery</a>
     */
    private static Map<String, String> links(FeedFormat format, FeedPage page) {
        String self = "<%s>; rel=\"self\"".formatted(page.address(format));
        return Map.of(HttpHeaders.LINK, page.hub() == null ? self : self + ", <%s>; rel=\"hub\"".formatted(page.hub()));
    }
}
