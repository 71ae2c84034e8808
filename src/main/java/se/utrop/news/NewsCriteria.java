package se.utrop.news;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import se.utrop.graphql.Limits;
import se.utrop.news.TimeCondition.End;

/**
 * All conditions of a filter, in normal form: filters that match the same news by the same conditions have equal criteria,
 * whatever their order or spelling.
 *
 * @param conditions as {@link Conditions} creates them
 */
public record NewsCriteria(List<Condition> conditions) {

    /** What a filter means in a newsroom of this zone; every news item where there is no filter. */
    static NewsCriteria of(@Nullable NewsFilter filter, ZoneId zone, Limits limits) {
        return new NewsCriteria(Conditions.of(filter == null ? NewsFilter.EMPTY : filter, zone, limits));
    }

    List<Condition> given() {
        return conditions.stream().filter(Condition::isGiven).toList();
    }

    private Stream<Condition> chosen() {
        return conditions.stream().filter(condition -> !condition.isDefault());
    }

    /** Whether they are those of an empty filter. */
    boolean isEmpty() {
        return chosen().findAny().isEmpty();
    }

    /** Whether nothing but the time of publication counts. */
    public boolean isOfTimeAlone() {
        return chosen().allMatch(Condition::isOfTime);
    }

    /** The topic, where nothing counts but that one and the time of publication. */
    public @Nullable String onlyTopic() {
        List<Condition> others =
                chosen().filter(condition -> !condition.isOfTime()).toList();
        return others.size() == 1 && others.getFirst() instanceof TopicCondition topics ? topics.onlyTopic() : null;
    }

    /** The first instant that counts. */
    public @Nullable Instant since() {
        return bound(End.SINCE);
    }

    /** The first instant that no longer counts. */
    public @Nullable Instant until() {
        return bound(End.UNTIL);
    }

    private @Nullable Instant bound(End end) {
        for (Condition condition : conditions) {
            if (condition instanceof TimeCondition time && time.end() == end) {
                return time.bound();
            }
        }
        return null;
    }

    /** The text that is searched for; null where none is. */
    public @Nullable String search() {
        return conditions.stream()
                .filter(Condition::isGiven)
                .filter(SearchCondition.class::isInstance)
                .map(condition -> ((SearchCondition) condition).text())
                .findFirst()
                .orElse(null);
    }

    /** The same, searching with this tsquery. */
    NewsCriteria searchingBy(String query) {
        return new NewsCriteria(conditions.stream()
                .map(condition -> condition instanceof SearchCondition search ? search.with(query) : condition)
                .toList());
    }

    /** What the statement of a page asks of its rows, asked of one news item. */
    public boolean admit(NewsFacets news) {
        return conditions.stream().allMatch(condition -> condition.admits(news));
    }

    /** The same for all that differ from it in values alone. */
    public NewsCriteria shape() {
        return new NewsCriteria(conditions.stream().map(Condition::shape).toList());
    }

    /** Equal for equal criteria, and different for different ones. */
    public String description() {
        return conditions.stream().map(Condition::binding).collect(Collectors.joining());
    }

    /** The named parameters of a statement with their values. */
    public Map<String, Object> parameters() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        conditions.forEach(condition -> parameters.putAll(condition.parameters()));
        return parameters;
    }

    /** Nothing, or conditions that each begin with {@code and}: all but {@link #keys}. */
    String sql(String time, String news) {
        return sql(time, news, condition -> true);
    }

    String sql(String time, String news, Predicate<Condition> wanted) {
        return inOrder()
                .filter(wanted)
                .map(condition -> condition.sql(time, news))
                .filter(Objects::nonNull)
                .map(condition -> " and " + condition)
                .collect(Collectors.joining());
    }

    /** A query for the keys of the news, where they are named; null otherwise. */
    public @Nullable String keys() {
        return given().stream()
                .map(Condition::keys)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** The table of search documents; only those of the keys if the news items are named. */
    public String searchDocuments() {
        String keys = keys();
        return keys == null ? "news_search" : """
            (select d.* from (%s) own (key) \
            cross join lateral (select * from news_search where news_id = own.key limit 1) d)\
            """.formatted(keys);
    }

    /** Queries for tsqueries, all of which a document of {@code news_search} must match; time and keys aren't among them. */
    public List<String> lexemes() {
        return inOrder().map(Condition::lexemes).filter(Objects::nonNull).toList();
    }

    private Stream<Condition> inOrder() {
        return given().stream().sorted(Comparator.comparing(Condition::isCostly));
    }
}
