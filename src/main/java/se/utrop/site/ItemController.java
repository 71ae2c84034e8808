package se.utrop.site;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import se.utrop.http.Queries;
import se.utrop.http.StoredQuery;
import se.utrop.site.Data.FeedPosition;
import se.utrop.site.Data.Item;
import se.utrop.site.Data.ItemPage;
import se.utrop.site.Data.Retracted;

/** The page of a news item, with the record of its versions, or with what is left of a retracted one. */
@PageController
class ItemController {

    private static final StoredQuery<FeedPosition> POSITION = StoredQuery.of("site/FeedPosition", FeedPosition.class);

    private static final StoredQuery<ItemPage> ITEM = StoredQuery.of("site/NewsItem", ItemPage.class);

    private static final StoredQuery<Retracted> RETRACTION = StoredQuery.of("site/Retraction", Retracted.class);

    private final Pages pages;

    private final Texts texts;

    private final LivePages live;

    private final StructuredData structured;

    ItemController(Pages pages, Site site, LivePages live, StructuredData structured) {
        this.pages = pages;
        this.texts = site.texts();
        this.live = live;
        this.structured = structured;
    }

    /**
     * A news item and its record.
     *
     * @param structuredData for search engines, as JSON that is safe within an element of HTML
     */
    record RecordedItem(Item item, List<RecordedChange> changes, String structuredData) {}

    @GetMapping("/news/{slug}")
    Mono<Void> item(@PathVariable String slug, ServerWebExchange exchange) {
        Map<String, @Nullable Object> variables = Map.of("slug", slug);
        String address = Parameters.path("/news", slug);
        return pages.serve(
                exchange,
                address,
                queries -> published(queries, variables, address)
                        .switchIfEmpty(RETRACTION
                                .execute(queries, variables)
                                .mapNotNull(Retracted::retraction)
                                .map(left -> Page.of("retracted", left, texts.get("retracted.title"), address)
                                        .withStatus(HttpStatus.GONE))));
    }

    /** The position is read first: an event between the two is repeated, and none is missed. */
    private Mono<Page> published(Queries queries, Map<String, @Nullable Object> variables, String address) {
        return POSITION.execute(queries, Map.of())
                .flatMap(position -> ITEM.execute(queries, variables)
                        .mapNotNull(ItemPage::newsBySlug)
                        .map(item -> item.slug().equals(variables.get("slug"))
                                ? page(item, address)
                                        .following(live.item(
                                                item.id(), position.news().feedCursor()))
                                : Page.moved(Parameters.path("/news", item.slug()))));
    }

    private Page page(Item item, String address) {
        List<RecordedChange> changes = RecordedChange.of(item.revisions().nodes());
        return Page.of(
                        "item",
                        new RecordedItem(item, changes, structured.article(item, address)),
                        item.title(),
                        address)
                .describedAs(item.summary());
    }
}
