package se.utrop.feed;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import se.utrop.news.News;
import se.utrop.news.NewsCriteria;
import se.utrop.news.Significance;

/** {@code note} is null where the newsroom says nothing, and where the text stayed as it was; {@code criteria} are the subscription's. */
record NewsRevised(
        String cursor,
        String previousCursor,
        Instant occurredAt,
        News news,
        int revision,
        Significance significance,
        @Nullable String note,
        boolean passesFilter,
        NewsCriteria criteria)
        implements NewsEvent {}
