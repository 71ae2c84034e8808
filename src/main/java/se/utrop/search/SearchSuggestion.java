package se.utrop.search;

import org.jspecify.annotations.Nullable;
import se.utrop.news.News;
import se.utrop.series.Series;
import se.utrop.topic.Topic;

/** A completion of what somebody types. Of topic, series and news, it has the one that its kind names, if that was selected. */
record SearchSuggestion(
        String text,
        Kind kind,
        @Nullable Topic topic,
        @Nullable Series series,
        @Nullable News news) {

    /** In the order in which they are suggested. */
    enum Kind {
        TOPIC,
        SERIES,
        WORDS,
        NEWS
    }
}
