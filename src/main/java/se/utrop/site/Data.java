package se.utrop.site;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import se.utrop.news.DatePrecision;
import se.utrop.news.NewsKind;
import se.utrop.news.Significance;
import se.utrop.news.Urgency;

/** What the documents of the pages ask for, under the names of the schema. */
final class Data {

    private Data() {}

    record FrontPage(NewsPage news, List<Label> topics, List<Series> series) {}

    record TopicPage(@Nullable Topic topicBySlug, NewsPage news) {}

    record TopicsPage(List<Topic> topics, List<Series> series) {}

    record MonthPage(NewsPage news) {}

    record ArchivePage(List<Month> archive) {}

    record SeriesPage(@Nullable SeriesWithNews seriesBySlug) {}

    record FigureChart(@Nullable SeriesWithPoints seriesBySlug) {}

    record SearchPage(Hits searchNews) {}

    record ItemPage(@Nullable Item newsBySlug) {}

    record FeedPosition(FeedCursor news) {}

    record FeedCursor(String feedCursor) {}

    record Retracted(@Nullable Retraction retraction) {}

    record Retraction(
            String slug,
            Instant publishedAt,
            Instant retractedAt,
            @Nullable String reason) {}

    record Label(String slug, String name) {}

    record Topic(String slug, String name, @Nullable String description, int newsCount) {}

    record Month(int year, int month, int count) {}

    record NewsPage(
            List<Teaser> nodes,
            PageInfo pageInfo,
            String feedCursor,
            @Nullable Integer totalCount) {}

    record PageInfo(
            boolean hasNextPage,
            boolean hasPreviousPage,
            @Nullable String startCursor,
            @Nullable String endCursor) {}

    record Teaser(
            String id,
            String sortKey,
            String slug,
            String title,
            String summary,
            NewsKind kind,
            Urgency urgency,
            Instant publishedAt,
            DatePrecision publishedAtPrecision,
            Instant updatedAt,
            int revision,
            List<Label> topics,
            @Nullable List<Figure> figures) {}

    record Figure(
            String name,
            String label,
            double value,
            @Nullable String unit,
            @Nullable Double change) {}

    record Series(String slug, String name, @Nullable Report latest) {}

    record Report(
            @Nullable String slug,
            @Nullable String title,
            Instant publishedAt,
            DatePrecision publishedAtPrecision,
            List<Figure> figures) {}

    record SeriesWithNews(
            String slug, String name, @Nullable Report latest, NewsPage news) {}

    record SeriesWithPoints(String name, List<Point> figures) {}

    record Point(
            Instant publishedAt,
            double value,
            @Nullable Double change,
            String label,
            @Nullable String unit,
            PointSource news) {}

    record PointSource(
            String slug, String title, DatePrecision publishedAtPrecision, Instant updatedAt, int revision) {}

    record Hits(
            int totalCount,
            String matching,
            @Nullable String correctedQuery,
            List<Label> topics,
            List<Label> series,
            List<Hit> edges,
            PageInfo pageInfo) {

        /** Whether no news item has all words of the search, but some have most. */
        boolean isSoftened() {
            return !matching.equals("ALL_WORDS") && !edges.isEmpty();
        }
    }

    record Hit(List<String> highlights, Teaser node) {}

    record Item(
            String id,
            String slug,
            String title,
            String summary,
            @Nullable String bodyHtml,
            @Nullable URI url,
            NewsKind kind,
            Urgency urgency,
            Instant publishedAt,
            DatePrecision publishedAtPrecision,
            Instant updatedAt,
            int revision,
            @Nullable Withdrawal withdrawal,
            @Nullable Image image,
            List<Label> topics,
            @Nullable Label series,
            List<Figure> figures,
            @Nullable Link previousInSeries,
            @Nullable Link nextInSeries,
            List<Related> related,
            Revisions revisions) {}

    record Withdrawal(Instant at, @Nullable String reason) {}

    record Image(
            URI url,
            String altText,
            @Nullable Integer width,
            @Nullable Integer height,
            @Nullable String credit) {}

    record Link(String slug, String title) {}

    record Related(String slug, String title, Instant publishedAt, DatePrecision publishedAtPrecision) {}

    record Revisions(List<Revision> nodes) {}

    record Revision(
            int number,
            Instant publishedAt,
            @Nullable String note,
            Significance significance,
            List<TextChange> changes) {}

    record TextChange(
            String field,
            @Nullable String before,
            @Nullable String after,
            @Nullable String html) {

        /** The key of the field's name. */
        String name() {
            return "record." + field.replaceFirst("\\..*", "");
        }
    }
}
