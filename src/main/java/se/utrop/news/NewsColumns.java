package se.utrop.news;

import static se.utrop.sql.Columns.optional;
import static se.utrop.sql.Columns.required;

import graphql.schema.DataFetchingFieldSelectionSet;
import io.r2dbc.spi.Readable;
import java.net.URI;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import se.utrop.series.Series;
import se.utrop.sql.SelectedColumn;
import se.utrop.topic.Topics;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The columns of a news item {@code n} that a selection needs, and the reading of a row. */
public final class NewsColumns {

    private static final TypeReference<List<Figure>> FIGURES = new TypeReference<>() {};

    private final List<NewsField> fields;

    private final JsonMapper json;

    NewsColumns(NewsSelection selection, JsonMapper json) {
        this.fields = List.copyOf(selection.fields());
        this.json = json;
    }

    /** Those of the nodes of a field that gives a connection. */
    public static NewsColumns ofConnection(DataFetchingFieldSelectionSet selection, JsonMapper json) {
        return new NewsColumns(NewsSelection.ofConnection(selection), json);
    }

    /** All there are. */
    public static NewsColumns all(JsonMapper json) {
        return new NewsColumns(NewsSelection.ALL, json);
    }

    /** The select list of the key, the time, and then these columns. */
    public String list() {
        return list("n");
    }

    /** @param place the alias that has key and time */
    String list(String place) {
        return SelectedColumn.list(List.of(Place.values())).formatted(place) + sql();
    }

    private enum Place implements SelectedColumn {
        KEY("%1$s.id"),
        PUBLISHED_AT("%1$s.published_at");

        private final String expression;

        Place(String expression) {
            this.expression = expression;
        }

        @Override
        public String expression() {
            return expression;
        }
    }

    /** These columns alone, each behind a comma. */
    public String sql() {
        return fields.stream().map(field -> ", " + expression(field)).collect(Collectors.joining());
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    /** The news item of a row whose columns {@code list()} begin at index {@code from}; null where there is none. */
    public @Nullable News find(Readable row, int from, Topics topics) {
        Long key = optional(row, from, Place.KEY, Long.class);
        return key == null
                ? null
                : read(
                        row,
                        from + Place.values().length,
                        key,
                        required(row, from, Place.PUBLISHED_AT, Instant.class),
                        topics);
    }

    /**
     * The news item of a row whose columns {@code sql()} begin at index {@code from}.
     *
     * @param topics as {@link se.utrop.topic.TopicCatalogue#with} gives them
     */
    public News read(Readable row, int from, long key, Instant publishedAt, Topics topics) {
        Map<NewsField, @Nullable Object> values = new EnumMap<>(NewsField.class);
        for (int i = 0; i < fields.size(); i++) {
            values.put(fields.get(i), value(fields.get(i), row, from + i, topics));
        }
        return new News(key, publishedAt, values);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NewsColumns columns && fields.equals(columns.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    private String expression(NewsField field) {
        return switch (field) {
            case SLUG -> "n.slug";
            case TITLE -> "n.title";
            case SUMMARY -> "n.summary";
            case BODY -> "n.body";
            case URL -> "n.url";
            case IMAGE -> """
                case when n.image_url is not null then json_build_object('url', n.image_url, \
                'altText', n.image_alt_text, 'width', n.image_width, 'height', n.image_height, \
                'credit', n.image_credit)::text end\
                """;
            case KIND -> "n.kind";
            case URGENCY -> "n.urgency";
            case PRECISION -> "n.published_at_precision";
            case UPDATED_AT -> "n.updated_at";
            case PUBLICLY_UPDATED_AT -> """
                case when n.revision = 1 then n.published_at else coalesce((select r.published_at from revision r \
                where r.news_id = n.id and r.number > 1 and r.significance <> 'MINOR' \
                order by r.number desc limit 1), n.published_at) end\
                """;
            case REVISION -> "n.revision";
            case TOPICS -> "n.topic_ids";
            case SERIES -> """
                (select %s from series s where s.id = n.series_id)\
                """.formatted(Series.JSON);
            case FIGURES -> """
                (select coalesce(json_agg(json_build_object('name', f.name, 'label', f.label, \
                'value', f.value, 'unit', f.unit, 'change', f.change) order by f.position), '[]')::text \
                from figure f where f.news_id = n.id)\
                """;
            case WITHDRAWAL -> """
                case when n.withdrawn_at is not null then (select json_build_object('at', w.withdrawn_at, \
                'reason', w.reason)::text from withdrawal w where w.news_id = n.id and w.until_revision is null) end\
                """;
        };
    }

    private @Nullable Object value(NewsField field, Readable row, int index, Topics topics) {
        return switch (field) {
            case SLUG, TITLE, SUMMARY, BODY -> row.get(index, String.class);
            case URL -> parsed(row, index, URI::create);
            case IMAGE -> parsed(row, index, text -> json.readValue(text, Image.class));
            case KIND -> parsed(row, index, NewsKind::valueOf);
            case URGENCY -> parsed(row, index, Urgency::valueOf);
            case PRECISION -> parsed(row, index, DatePrecision::valueOf);
            case UPDATED_AT, PUBLICLY_UPDATED_AT -> row.get(index, Instant.class);
            case REVISION -> row.get(index, Integer.class);
            case TOPICS -> topics.required(required(row, index, Long[].class));
            case SERIES -> parsed(row, index, text -> json.readValue(text, Series.class));
            case FIGURES -> parsed(row, index, text -> json.readValue(text, FIGURES));
            case WITHDRAWAL -> parsed(row, index, text -> json.readValue(text, Withdrawal.class));
        };
    }

    private static @Nullable Object parsed(Readable row, int index, Function<String, Object> parse) {
        String text = row.get(index, String.class);
        return text == null ? null : parse.apply(text);
    }
}
