package se.utrop.news;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import se.utrop.graphql.Limits;
import se.utrop.graphql.Problem;

/**
 * Which news, in one form for everything that means the same: two filters that let the same news through by the same
 * conditions have equal criteria, whatever their order or spelling. No list stands for every value.
 *
 * @param since the first instant that counts
 * @param until the first instant that no longer counts
 */
public record NewsCriteria(
        @Nullable Instant since,
        @Nullable Instant until,
        Set<String> anyTopic,
        Set<String> allTopics,
        Set<String> noTopic,
        Set<NewsKind> kinds,
        Set<Urgency> urgencies,
        @Nullable String series,
        NewsIds ids) {

    /** What a filter means in a newsroom of this zone; every news item where there is no filter. */
    public static NewsCriteria of(@Nullable NewsFilter filter, ZoneId zone, Limits limits) {
        if (filter == null) {
            return new NewsCriteria(
                    null, null, Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), null, NewsIds.NOT_GIVEN);
        }
        DateRange days = filter.publishedOn();
        TimeRange times = filter.publishedAt();
        TopicFilter topics = filter.topics();
        return new NewsCriteria(
                tighter(start(days, zone), times == null ? null : times.since(), (a, b) -> a.isAfter(b) ? a : b),
                tighter(end(days, zone), times == null ? null : times.until(), (a, b) -> a.isBefore(b) ? a : b),
                slugs("topics.anyOf", topics == null ? null : topics.anyOf(), limits),
                slugs("topics.allOf", topics == null ? null : topics.allOf(), limits),
                slugs("topics.noneOf", topics == null ? null : topics.noneOf(), limits),
                values("kinds", filter.kinds(), NewsKind.class, limits),
                values("urgencies", filter.urgencies(), Urgency.class, limits),
                filter.series(),
                NewsIds.of(filter.ids(), limits));
    }

    /** Whether they let every news item through. */
    boolean isEmpty() {
        return since == null && until == null && isOfTimeAlone();
    }

    /** Whether nothing but the time of publication counts. */
    public boolean isOfTimeAlone() {
        return anyTopic.isEmpty() && allTopics.isEmpty() && isOfTimeAndIncludedTopics();
    }

    /** The topic, where nothing counts but that one and the time of publication. */
    public @Nullable String onlyTopic() {
        return anyTopic.size() + allTopics.size() == 1 && isOfTimeAndIncludedTopics()
                ? Stream.concat(anyTopic.stream(), allTopics.stream())
                        .findFirst()
                        .orElseThrow()
                : null;
    }

    private boolean isOfTimeAndIncludedTopics() {
        return noTopic.isEmpty() && kinds.isEmpty() && urgencies.isEmpty() && series == null && !ids.isGiven();
    }

    /** What the statement of a page asks of its rows, asked of one news item. */
    public boolean admit(NewsFacets news) {
        return (since == null || !news.publishedAt().isBefore(since))
                && (until == null || news.publishedAt().isBefore(until))
                && ids.admit(news.key())
                && (series == null || series.equals(news.series()))
                && (kinds.isEmpty() || kinds.contains(news.kind()))
                && (urgencies.isEmpty() || urgencies.contains(news.urgency()))
                && (anyTopic.isEmpty() || !Collections.disjoint(news.topics(), anyTopic))
                && news.topics().containsAll(allTopics)
                && Collections.disjoint(news.topics(), noTopic);
    }

    /** The same for all that differ from it in values alone; kinds and urgencies are none, nor is one topic like many. */
    public NewsCriteria shape() {
        return new NewsCriteria(
                since == null ? null : Instant.EPOCH,
                until == null ? null : Instant.EPOCH,
                shape(anyTopic),
                shape(allTopics),
                shape(noTopic),
                kinds,
                urgencies,
                series == null ? null : "",
                ids.shape());
    }

    private static Set<String> shape(Set<String> slugs) {
        return switch (slugs.size()) {
            case 0 -> Set.of();
            case 1 -> Set.of("");
            default -> Set.of("", "-");
        };
    }

    /** Equal for equal criteria, and different for different ones. */
    public String description() {
        return ids.description() + since + " " + until + " " + quoted(anyTopic) + " " + quoted(allTopics) + " "
                + quoted(noTopic) + " " + kinds + " " + urgencies + " " + quoted(seriesSlugs());
    }

    Set<String> seriesSlugs() {
        return series == null ? Set.of() : Set.of(series);
    }

    private static String quoted(Set<String> slugs) {
        return slugs.stream().map(slug -> slug.length() + ":" + slug).collect(Collectors.joining(",", "[", "]"));
    }

    private static @Nullable Instant start(@Nullable DateRange days, ZoneId zone) {
        return days == null ? null : midnight(days.from(), zone);
    }

    private static @Nullable Instant end(@Nullable DateRange days, ZoneId zone) {
        LocalDate to = days == null ? null : days.to();
        return to == null ? null : midnight(to.plusDays(1), zone);
    }

    private static @Nullable Instant midnight(@Nullable LocalDate day, ZoneId zone) {
        return day == null ? null : day.atStartOfDay(zone).toInstant();
    }

    private static @Nullable Instant tighter(@Nullable Instant a, @Nullable Instant b, BinaryOperator<Instant> choose) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return choose.apply(a, b);
    }

    private static SortedSet<String> slugs(String name, @Nullable List<String> slugs, Limits limits) {
        return slugs == null ? Collections.emptySortedSet() : new TreeSet<>(bounded(name, slugs, limits));
    }

    private static <E extends Enum<E>> Set<E> values(
            String name, @Nullable List<E> values, Class<E> type, Limits limits) {
        if (values == null || values.isEmpty()) {
            return Set.of();
        }
        Set<E> distinct = EnumSet.copyOf(bounded(name, values, limits));
        return distinct.containsAll(Arrays.asList(type.getEnumConstants())) ? Set.of() : distinct;
    }

    private static <T> List<T> bounded(String name, List<T> list, Limits limits) {
        if (list.size() > limits.filterEntries()) {
            throw Problem.badInput(
                    "filter.%s takes at most %d entries, not %d".formatted(name, limits.filterEntries(), list.size()));
        }
        return list;
    }
}
