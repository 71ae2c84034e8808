package se.utrop.syndication;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;
import se.utrop.syndication.NewsItem.Label;

/**
 * A page of a feed, before it is written in a format.
 *
 * @param tombstones of what was retracted lately, the latest first
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5005#section-3">RFC 5005, 3, paged feeds</a>
 */
record FeedPage(
        Publisher publisher,
        FeedRequest request,
        EntryIds ids,
        @Nullable URI hub,
        NewsPage news,
        List<Tombstone> tombstones) {

    /** The same for all pages of the feed. */
    String id() {
        return ids.of("feed?" + request.firstPage().query());
    }

    String id(NewsItem item) {
        return ids.of(item.id());
    }

    /** The publisher's name, with what the feed is limited to. */
    String title() {
        String limits = Stream.of(
                        request.topics().stream().map(this::topic),
                        request.allTopics().stream().map(this::topic),
                        Stream.ofNullable(request.series()).map(this::series),
                        Stream.ofNullable(request.q()).map(words -> "”" + words + "”"))
                .flatMap(limit -> limit)
                .distinct()
                .collect(Collectors.joining(", "));
        return limits.isEmpty() ? publisher.name() : publisher.name() + " – " + limits;
    }

    private String topic(String slug) {
        return name(slug, news.nodes().stream().flatMap(item -> item.topics().stream()));
    }

    private String series(String slug) {
        return name(slug, news.nodes().stream().flatMap(item -> Stream.ofNullable(item.series())));
    }

    private static String name(String slug, Stream<Label> labels) {
        return labels.filter(label -> label.slug().equals(slug))
                .map(Label::name)
                .findFirst()
                .orElse(slug);
    }

    /** When something that the page shows last changed; the epoch for an empty feed. */
    Instant updated() {
        return Stream.concat(
                        news.nodes().stream().map(NewsItem::updatedAt),
                        tombstones.stream().map(Tombstone::retractedAt))
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    /** The address of this page in a format. */
    String address(FeedFormat format) {
        return address(format, request);
    }

    /** The address of the first page in a format. */
    String firstAddress(FeedFormat format) {
        return address(format, request.firstPage());
    }

    @Nullable
    String nextAddress(FeedFormat format) {
        return news.pageInfo().hasNextPage()
                ? address(format, request.page(news.pageInfo().endCursor(), null))
                : null;
    }

    /** A search has no pages backwards. */
    @Nullable
    String previousAddress(FeedFormat format) {
        return news.pageInfo().hasPreviousPage() && request.q() == null
                ? address(format, request.page(null, news.pageInfo().startCursor()))
                : null;
    }

    private String address(FeedFormat format, FeedRequest asked) {
        return address(publisher, format, asked);
    }

    static String address(Publisher publisher, FeedFormat format, FeedRequest asked) {
        String query = asked.query();
        return publisher.address(format.path()) + (query.isEmpty() ? "" : "?" + query);
    }

    /** The page for readers that shows the same list, or the front page; null without such pages. */
    @Nullable
    String home() {
        if (request.q() != null) {
            return publisher.page("/search?q=" + UriUtils.encode(request.q(), StandardCharsets.UTF_8));
        }
        if (!request.firstPage().isPushed()) {
            return publisher.page("/");
        }
        return request.series() == null
                ? publisher.page(request.topics().stream()
                        .findFirst()
                        .map(slug -> "/topics/" + slug)
                        .orElse("/"))
                : publisher.page("/series/" + request.series());
    }

    /** The teaser and the body as HTML, for readers that show nothing else. */
    String fullText(NewsItem item) {
        String teaser = HtmlContent.ofText(item.summary());
        return item.bodyHtml() == null
                ? teaser
                : teaser + HtmlContent.absolute(item.bodyHtml(), publisher.address(item));
    }
}
