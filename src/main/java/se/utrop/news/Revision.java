package se.utrop.news;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import se.utrop.series.Series;
import se.utrop.topic.Topic;

/**
 * A revision of a news item. What was not selected is missing.
 *
 * @param details null if they were not selected
 * @param previous the revision before; null for the first, and if no changes were selected
 */
public record Revision(
        int number,
        Instant publishedAt,
        String title,
        String summary,
        @Nullable String body,
        @Nullable String note,
        Significance significance,
        @Nullable Details details,
        @Nullable Revision previous) {

    /**
     * What a revision showed beside its texts.
     *
     * @param figures null where they were not recorded, nor were the address and the image
     */
    record Details(
            NewsKind kind,
            Urgency urgency,
            @Nullable String slug,
            @Nullable URI url,
            @Nullable Image image,
            List<Topic> topics,
            @Nullable Series series,
            @Nullable List<Figure> figures) {}

    Details required() {
        return Objects.requireNonNull(details, "The details of the revision were not selected");
    }

    public NewsKind kind() {
        return required().kind();
    }

    public Urgency urgency() {
        return required().urgency();
    }

    public @Nullable URI url() {
        return required().url();
    }

    public @Nullable Image image() {
        return required().image();
    }

    public List<Topic> topics() {
        return required().topics();
    }

    public @Nullable Series series() {
        return required().series();
    }

    public List<Figure> figures() {
        List<Figure> figures = required().figures();
        return figures == null ? List.of() : figures;
    }

    public List<RevisionChange> changes() {
        return previous == null ? List.of() : RevisionChanges.between(previous, this);
    }
}
