package se.utrop.feed;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import se.utrop.news.News;
import se.utrop.news.NewsFacets;
import se.utrop.news.Significance;
import se.utrop.paging.Position;
import se.utrop.topic.Topic;

/**
 * An event of the log.
 *
 * @param number the position in the log, from 1, without gaps
 * @param precedingAt when the preceding event occurred; null for the first event
 * @param key key of the news item, or of the topic
 * @param significance of a revision: MINOR where its number stayed as it was; null for other types
 * @param before the facets of the news item before the event; null for a publication and for a topic
 * @param after the facets of the news item after the event; null for a retraction and for a topic
 * @param isDeliverable false if the news item has been retracted since; true for the retraction itself
 * @param content what filters don't need; null if it has not been read
 */
record LoggedEvent(
        long number,
        NewsEventType type,
        Instant occurredAt,
        @Nullable Instant precedingAt,
        long key,
        String slug,
        @Nullable Significance significance,
        @Nullable NewsFacets before,
        @Nullable NewsFacets after,
        boolean isDeliverable,
        @Nullable Content content) {

    /**
     * What only a message shows.
     *
     * @param news the news item as it read when this was read; null where it is retracted
     * @param change what this event changed; null where it left no news item published
     * @param reason what it says of the retraction, of this event or a later one
     * @param topic the topic as it was when this was read; null where the event is about a news item
     * @param failure why the news item can't be read; null where it can
     */
    record Content(
            @Nullable News news,
            @Nullable Change change,
            @Nullable String reason,
            @Nullable Topic topic,
            @Nullable RuntimeException failure) {

        /**
         * A change to a news item.
         *
         * @param revision the number of the revision after the event
         * @param note what the newsroom says of the revision, where this event brought one
         */
        record Change(int revision, @Nullable String note) {}

        private static final Content NONE = new Content(null, null, null, null, null);

        static Content of(Topic topic) {
            return new Content(null, null, null, topic, null);
        }

        /** One row that can't be read keeps nobody from the events around it. */
        static Content failed(RuntimeException failure) {
            return new Content(null, null, null, null, failure);
        }

        private boolean isDeliverable() {
            return news != null || topic != null || failure != null;
        }

        /** Bytes that it takes in memory, roughly. */
        int weight() {
            return 100
                    + (news == null ? 0 : news.weight())
                    + (change == null ? 0 : 30 + weight(change.note))
                    + weight(reason);
        }

        private static int weight(@Nullable String text) {
            return text == null ? 0 : 50 + 2 * text.length();
        }
    }

    private static final int WEIGHT = 600;

    private static final Duration LONGEST_DELAY = Duration.ofDays(1);

    /** The type as clients see it: RETRACTED if the news item has been retracted since. */
    NewsEventType effectiveType() {
        return isDeliverable ? type : NewsEventType.RETRACTED;
    }

    /** Whether the news item was published elsewhere long before it came in, as those of an archive are. */
    boolean isBackdated() {
        return after != null && after.publishedAt().isBefore(occurredAt.minus(LONGEST_DELAY));
    }

    boolean isAboutNews() {
        return type != NewsEventType.TOPIC_CHANGED;
    }

    Position position() {
        return Position.of(occurredAt, number);
    }

    /** The position of the event before this one. */
    Position preceding() {
        return precedingAt == null ? Position.START : Position.of(precedingAt, number - 1);
    }

    /** The same event with its content, or with the content that a later event of the same news item found. */
    LoggedEvent with(@Nullable Content read) {
        Content known = read == null ? Content.NONE : read;
        return new LoggedEvent(
                number,
                type,
                occurredAt,
                precedingAt,
                key,
                slug,
                significance,
                before,
                after,
                type == NewsEventType.RETRACTED || known.isDeliverable(),
                known);
    }

    /** The same event about the same news item as a later event found it. */
    LoggedEvent withNewsOf(Content later) {
        return content == null
                ? this
                : with(new Content(later.news(), content.change(), later.reason(), null, later.failure()));
    }

    /** The same event, knowing what a search finds of it. */
    LoggedEvent found(String search, SearchMatches.@Nullable Match match) {
        return match == null
                ? this
                : new LoggedEvent(
                        number,
                        type,
                        occurredAt,
                        precedingAt,
                        key,
                        slug,
                        significance,
                        found(before, search, match.before()),
                        found(after, search, match.after()),
                        isDeliverable,
                        content);
    }

    private static @Nullable NewsFacets found(@Nullable NewsFacets facets, String search, @Nullable Boolean isFound) {
        return facets == null || isFound == null ? facets : facets.found(search, isFound);
    }

    /** Bytes that it takes in memory, roughly. */
    int weight() {
        return WEIGHT + weight(before) + weight(after) + (content == null ? 0 : content.weight());
    }

    private static int weight(@Nullable NewsFacets facets) {
        return facets == null ? 0 : facets.weight();
    }
}
