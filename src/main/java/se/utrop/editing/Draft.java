package se.utrop.editing;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import se.utrop.editing.EditingRepository.Filing;
import se.utrop.news.Figure;
import se.utrop.news.Image;
import se.utrop.news.News;
import se.utrop.news.NewsKind;
import se.utrop.news.Significance;
import se.utrop.news.Urgency;
import se.utrop.node.GlobalId;
import se.utrop.paging.Position;
import se.utrop.series.Series;
import se.utrop.text.CommonMark;
import se.utrop.topic.Topic;

/**
 * A draft: a text that isn't published. A scheduled news item is a draft with a time.
 *
 * @param change the change to a published news item that it is; null for a new one
 * @param reservedSlug the slug that nobody else gets while the draft is scheduled
 * @param text what was written
 * @param topics those of the text that exist
 * @param series that of the text, if it exists
 * @param filing what is known of the slugs of the text
 */
record Draft(
        long key,
        @Nullable Change change,
        int version,
        DraftState state,
        @Nullable String reservedSlug,
        DraftText text,
        List<Topic> topics,
        @Nullable Series series,
        Filing filing,
        List<String> authors,
        Instant createdAt,
        Instant savedAt,
        @Nullable Action reviewRequest,
        @Nullable Action approval,
        @Nullable Instant publishAt,
        @Nullable PublicationFailure failure) {

    static final char TYPE = 'D';

    /** A change to the revision of a published news item. */
    record Change(long newsKey, int baseRevision) {}

    /** Who did something, and when. */
    record Action(String by, Instant at) {}

    record PublicationFailure(Instant at, String reason) {}

    static String id(long key) {
        return new GlobalId(TYPE, key).toString();
    }

    /** The key of a draft's id; of anything else a key that no draft has. */
    static long key(String id) {
        return GlobalId.parse(id)
                .filter(parsed -> parsed.type() == TYPE)
                .map(GlobalId::key)
                .orElse(0L);
    }

    boolean isScheduled() {
        return publishAt != null;
    }

    /** Whether the slug, or without one any slug, is reserved for it. */
    boolean hasReserved(@Nullable String slug) {
        return reservedSlug != null && (slug == null || slug.equals(reservedSlug));
    }

    /** The key of the news item that it changes, or that it will become. */
    long newsKey() {
        return change == null ? key : change.newsKey();
    }

    /** The same with another revision that a change takes into account; null for the same one. */
    Draft basedOn(@Nullable Integer revision) {
        return revision == null || change == null
                ? this
                : new Draft(
                        key,
                        new Change(change.newsKey(), revision),
                        version,
                        state,
                        reservedSlug,
                        text,
                        topics,
                        series,
                        filing,
                        authors,
                        createdAt,
                        savedAt,
                        reviewRequest,
                        approval,
                        publishAt,
                        failure);
    }

    /** The content as the database would publish it; what is wrong with it is marked. */
    StoredContent content(InputValidator validator) {
        PublicationChecks.checkTime(publishedAt(), InputPath.INPUT, validator);
        return PublicationChecks.content(text.content(), filing, InputPath.INPUT, validator);
    }

    @Nullable
    String checkedNote(InputValidator validator) {
        return change == null
                ? null
                : validator.proseOrNull(InputPath.INPUT.field("note"), text.note(), InputValidator.NOTE);
    }

    Position savedPosition() {
        return Position.of(savedAt, key);
    }

    Position schedulePosition() {
        return Position.of(Objects.requireNonNull(publishAt), key);
    }

    public String id() {
        return id(key);
    }

    public String newsId() {
        return News.id(newsKey());
    }

    public @Nullable Integer baseRevision() {
        return change == null ? null : change.baseRevision();
    }

    public @Nullable String slug() {
        return reservedSlug == null ? text.slug() : reservedSlug;
    }

    public String title() {
        return text.content().title();
    }

    public String summary() {
        return text.content().summary();
    }

    public @Nullable String body() {
        return text.body();
    }

    public @Nullable String bodyHtml() {
        return text.body() == null ? null : CommonMark.toSafeHtml(text.body());
    }

    public @Nullable URI url() {
        return text.url();
    }

    public @Nullable Image image() {
        return text.image();
    }

    public NewsKind kind() {
        return text.content().kind();
    }

    public Urgency urgency() {
        return text.content().urgency();
    }

    public List<Figure> figures() {
        return Objects.requireNonNullElse(text.figures(), List.of());
    }

    public @Nullable String note() {
        return text.note();
    }

    public @Nullable Significance significance() {
        return change == null ? null : Objects.requireNonNullElse(text.significance(), Significance.MAJOR);
    }

    /** When it was published elsewhere before. A change has no such time. */
    public @Nullable Instant publishedAt() {
        return change == null ? text.publishedAt() : null;
    }

    public @Nullable Instant validUntil() {
        return text.validUntil();
    }

    /** What has to be put right before it can be published. */
    public List<UserError> problems() {
        InputValidator validator = new InputValidator();
        content(validator);
        checkedNote(validator);
        return validator.errors();
    }

    public @Nullable String reviewRequestedBy() {
        return by(reviewRequest);
    }

    public @Nullable Instant reviewRequestedAt() {
        return at(reviewRequest);
    }

    public @Nullable String approvedBy() {
        return by(approval);
    }

    public @Nullable Instant approvedAt() {
        return at(approval);
    }

    private static @Nullable String by(@Nullable Action action) {
        return action == null ? null : action.by();
    }

    private static @Nullable Instant at(@Nullable Action action) {
        return action == null ? null : action.at();
    }
}
