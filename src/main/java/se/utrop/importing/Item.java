package se.utrop.importing;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import se.utrop.news.DatePrecision;
import se.utrop.news.Figure;
import se.utrop.news.Image;
import se.utrop.news.NewsKind;
import se.utrop.news.Significance;
import se.utrop.news.Urgency;
import se.utrop.text.Characters;

/**
 * A news item to import, within the limits of the database.
 *
 * @param line the line of the file where it begins
 * @param identity by what it is known when it comes again
 * @param version what its source says of it; null if a changed item is another item there
 * @param series the name of its series
 */
record Item(
        long line,
        ItemIdentity identity,
        @Nullable ItemVersion version,
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

    private static final Pattern CORRECTION =
            Pattern.compile("(?iu)^(?:rättelse|rättat|korrigering|correction|corrected)\\b");

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

    String importKey() {
        return identity.formerKey();
    }

    /** How much a change matters: a source says no more of it than in its title. */
    Significance significance() {
        return CORRECTION.matcher(title).find() ? Significance.CORRECTION : Significance.MINOR;
    }

    /** Whether it is to be published later. */
    boolean isToCome(Instant now) {
        return publishedAt.isAfter(now);
    }

    /** The item as a source's rules have it. */
    Item by(ImportedSource source) {
        String report = source.series().stream()
                .filter(rule -> rule.title().matcher(title).find())
                .map(ImportedSource.SeriesRule::series)
                .findFirst()
                .orElse(series);
        return new Item(
                line,
                identity,
                version,
                title,
                summary,
                body,
                url,
                image,
                report == null ? kind : NewsKind.SITUATION_REPORT,
                urgency.compareTo(source.urgency()) < 0 ? source.urgency() : urgency,
                report,
                withTopics(source.topics()),
                figures,
                publishedAt,
                precision);
    }

    private List<String> withTopics(List<String> more) {
        Set<String> own =
                topics.stream().map(topic -> topic.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        return Stream.concat(topics.stream(), more.stream().filter(topic -> own.add(topic.toLowerCase(Locale.ROOT))))
                .limit(MOST_TOPICS)
                .toList();
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
