package se.utrop.importing;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import se.utrop.news.DatePrecision;
import se.utrop.news.Figure;
import se.utrop.news.Image;
import se.utrop.news.NewsKind;
import se.utrop.news.Urgency;
import se.utrop.text.Characters;

/**
 * A news item to import, within the limits of the database.
 *
 * @param line the line of the file where it begins
 * @param importKey its key in the source
 * @param series the name of its series
 */
record Item(
        long line,
        String importKey,
        String title,
        String summary,
        @Nullable String body,
        @Nullable String url,
        @Nullable Image image,
        NewsKind kind,
        Urgency urgency,
        @Nullable String series,
        List<String> topics,
        List<Figure> figures,
        Instant publishedAt,
        DatePrecision precision) {

    private static final int LONGEST_LINE = 300;
    private static final int LONGEST_SUMMARY = 5_000;
    private static final int LONGEST_BODY = 200_000;
    private static final int MOST_TOPICS = 100;

    Item {
        limit(line, "title", title, LONGEST_LINE);
        limit(line, "summary", summary, LONGEST_SUMMARY);
        if (body != null) {
            limit(line, "body", body, LONGEST_BODY);
        }
        topics.forEach(topic -> limit(line, "topic", topic, LONGEST_LINE));
        if (topics.size() > MOST_TOPICS) {
            throw new ImportRefused(
                    line, "has %d topics, but at most %d are allowed".formatted(topics.size(), MOST_TOPICS));
        }
    }

    private static void limit(long line, String field, String text, int longest) {
        if (!Characters.showsSomething(text)) {
            throw new ImportRefused(line, "the %s is empty".formatted(field));
        }
        int length = text.codePointCount(0, text.length());
        if (length > longest) {
            throw new ImportRefused(
                    line,
                    "the %s has %,d characters, but at most %,d are allowed: shorten it"
                            .formatted(field, length, longest));
        }
    }
}
