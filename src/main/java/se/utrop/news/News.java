package se.utrop.news;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import se.utrop.node.GlobalId;
import se.utrop.node.Node;
import se.utrop.paging.Position;
import se.utrop.series.Series;
import se.utrop.text.CommonMark;
import se.utrop.topic.Topic;

/** A news item with the parts that were selected; reading any other part is an error. */
public final class News implements Node {

    public static final char TYPE = 'N';

    private final long key;
    private final Instant publishedAt;
    private final Map<NewsField, @Nullable Object> values;

    News(long key, Instant publishedAt, Map<NewsField, @Nullable Object> values) {
        this.key = key;
        this.publishedAt = publishedAt;
        this.values = values;
    }

    long key() {
        return key;
    }

    /** Where it stands in every list of news: by its time, and by its key among news of one instant. */
    Position position() {
        return Position.of(publishedAt, key);
    }

    public String sortKey() {
        return position().sortKey();
    }

    @Override
    public String id() {
        return id(key);
    }

    /** The global id of the news item of this key. */
    public static String id(long key) {
        return new GlobalId(TYPE, key).toString();
    }

    public String slug() {
        return get(NewsField.SLUG, String.class);
    }

    public String title() {
        return get(NewsField.TITLE, String.class);
    }

    public String summary() {
        return get(NewsField.SUMMARY, String.class);
    }

    public @Nullable String body() {
        return find(NewsField.BODY, String.class);
    }

    public @Nullable String bodyHtml() {
        String body = body();
        return body == null ? null : CommonMark.toSafeHtml(body);
    }

    public @Nullable URI url() {
        return find(NewsField.URL, URI.class);
    }

    public @Nullable Image image() {
        return find(NewsField.IMAGE, Image.class);
    }

    public NewsKind kind() {
        return get(NewsField.KIND, NewsKind.class);
    }

    public Urgency urgency() {
        return get(NewsField.URGENCY, Urgency.class);
    }

    public Instant publishedAt() {
        return publishedAt;
    }

    public DatePrecision publishedAtPrecision() {
        return get(NewsField.PRECISION, DatePrecision.class);
    }

    public Instant updatedAt() {
        return get(NewsField.UPDATED_AT, Instant.class);
    }

    public Instant publiclyUpdatedAt() {
        return get(NewsField.PUBLICLY_UPDATED_AT, Instant.class);
    }

    public int revision() {
        return get(NewsField.REVISION, Integer.class);
    }

    @SuppressWarnings("unchecked")
    public List<Topic> topics() {
        return get(NewsField.TOPICS, List.class);
    }

    public @Nullable Series series() {
        return find(NewsField.SERIES, Series.class);
    }

    @SuppressWarnings("unchecked")
    public List<Figure> figures() {
        return get(NewsField.FIGURES, List.class);
    }

    public @Nullable Withdrawal withdrawal() {
        return find(NewsField.WITHDRAWAL, Withdrawal.class);
    }

    /** Bytes that it takes in memory, roughly. */
    public int weight() {
        return 300 + values.values().stream().mapToInt(News::weight).sum();
    }

    private static int weight(@Nullable Object value) {
        return switch (value) {
            case null -> 0;
            case String text -> 50 + 2 * text.length();
            case Image image -> 400 + 2 * image.altText().length();
            case List<?> list -> 50 + 200 * list.size();
            default -> 200;
        };
    }

    private <T> T get(NewsField field, Class<T> type) {
        T value = find(field, type);
        if (value == null) {
            throw new IllegalStateException(field + " of news is missing");
        }
        return value;
    }

    private <T> @Nullable T find(NewsField field, Class<T> type) {
        if (!values.containsKey(field)) {
            throw new IllegalStateException(field + " of news was not selected");
        }
        return type.cast(values.get(field));
    }
}
