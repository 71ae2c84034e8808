package se.utrop.news;

import static se.utrop.sql.Columns.optional;
import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Readable;
import java.net.URI;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import se.utrop.news.Revision.Details;
import se.utrop.series.Series;
import se.utrop.sql.SelectedColumn;
import se.utrop.topic.Topics;
import tools.jackson.databind.json.JsonMapper;

/** The columns of a revision {@code r} of a news item {@code n} that a selection needs, and the reading of a row. */
final class RevisionColumns {

    /** With {@code %1$s} for the alias of the revision, or for what is known of its details. */
    private enum Column implements SelectedColumn {
        NUMBER("%1$s.number"),
        PUBLISHED_AT("%1$s.published_at"),
        TITLE("%1$s.title"),
        SUMMARY("%1$s.summary"),
        NOTE("%1$s.note"),
        SIGNIFICANCE("%1$s.significance"),
        BODY("%1$s.body"),
        DETAILS("%1$s::text"),
        SERIES("(select " + Series.JSON + " from series s where s.id = (%1$s->>'series')::bigint)");

        private final String expression;

        Column(String expression) {
            this.expression = expression;
        }

        @Override
        public String expression() {
            return expression;
        }
    }

    private static final List<Column> TEXTS = List.copyOf(EnumSet.range(Column.NUMBER, Column.SIGNIFICANCE));

    private final RevisionSelection selection;

    private final JsonMapper json;

    RevisionColumns(RevisionSelection selection, JsonMapper json) {
        this.selection = selection;
        this.json = json;
    }

    String list() {
        String own = list("r", "d");
        return selection.changes() ? own + ", " + list("former", "former_details") : own;
    }

    private String list(String revision, String details) {
        String known = known(revision, details);
        return SelectedColumn.list(TEXTS).formatted(revision)
                + ", " + (selection.body() ? Column.BODY.expression().formatted(revision) : "null::text")
                + ", " + (selection.details() ? Column.DETAILS.expression().formatted(known) : "null::text")
                + ", " + (selection.details() ? Column.SERIES.expression().formatted(known) : "null::text");
    }

    /**
     * The current revision's details are those of the news item. Of a revision of which nothing is known, those of the news item
     * are the best guess, without what it may not have had.
     */
    private static String known(String revision, String details) {
        return """
            case when %s.number = n.revision then details(n) else coalesce(%s.details, jsonb_build_object(\
            'kind', n.kind, 'urgency', n.urgency, 'topics', n.topic_ids, 'series', n.series_id)) end\
            """.formatted(revision, details);
    }

    /** The tables beside {@code r} and {@code n}. */
    String tables() {
        return (selection.details()
                        ? " left join revision_details d on d.news_id = r.news_id and d.number = r.number"
                        : "")
                + (selection.changes() ? """
                     left join revision former on former.news_id = r.news_id and former.number = r.number - 1 \
                    left join revision_details former_details \
                    on former_details.news_id = r.news_id and former_details.number = r.number - 1\
                    """ : "");
    }

    /** The revision of a row whose columns begin at index {@code from}. */
    Revision read(Readable row, int from, Topics topics) {
        int behind = from + Column.values().length;
        boolean hasFormer = selection.changes() && optional(row, behind, Column.NUMBER, Integer.class) != null;
        return read(row, from, topics, hasFormer ? read(row, behind, topics, null) : null);
    }

    private Revision read(Readable row, int from, Topics topics, @Nullable Revision former) {
        return new Revision(
                required(row, from, Column.NUMBER, Integer.class),
                required(row, from, Column.PUBLISHED_AT, Instant.class),
                required(row, from, Column.TITLE, String.class),
                required(row, from, Column.SUMMARY, String.class),
                optional(row, from, Column.BODY, String.class),
                optional(row, from, Column.NOTE, String.class),
                Significance.valueOf(required(row, from, Column.SIGNIFICANCE, String.class)),
                details(row, from, topics),
                former);
    }

    /** Topics and series by key, as the database stores them. */
    private record Stored(
            NewsKind kind,
            Urgency urgency,
            @Nullable String slug,
            @Nullable URI url,
            @Nullable Image image,
            List<Long> topics,
            @Nullable List<Figure> figures) {}

    private @Nullable Details details(Readable row, int from, Topics topics) {
        String text = optional(row, from, Column.DETAILS, String.class);
        if (text == null) {
            return null;
        }
        Stored stored = json.readValue(text, Stored.class);
        return new Details(
                stored.kind,
                stored.urgency,
                stored.slug,
                stored.url,
                stored.image,
                topics.current(stored.topics),
                series(optional(row, from, Column.SERIES, String.class)),
                stored.figures);
    }

    private @Nullable Series series(@Nullable String text) {
        return text == null ? null : json.readValue(text, Series.class);
    }
}
