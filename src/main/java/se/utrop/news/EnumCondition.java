package se.utrop.news;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import se.utrop.graphql.Limits;

/**
 * Values of an enum. They are literals in the text of statements: there are few, and the planner can estimate them.
 *
 * @param column also the name of the facet in {@code news_facet}, and of the lexemes in {@code news_search}
 * @param accepted empty for all
 */
record EnumCondition<E extends Enum<E>>(String column, Facet<E> facet, Set<E> accepted) implements Condition {

    static final Facet<NewsKind> KIND = Facet.of("%s.kind", String.class, NewsKind::valueOf);

    static final Facet<Urgency> URGENCY = Facet.of("%s.urgency", String.class, Urgency::valueOf);

    static EnumCondition<NewsKind> kinds(NewsFilter filter, Limits limits) {
        return new EnumCondition<>("kind", KIND, accepted("kinds", filter.kinds(), NewsKind.class, limits));
    }

    static EnumCondition<Urgency> urgencies(NewsFilter filter, Limits limits) {
        return new EnumCondition<>(
                "urgency", URGENCY, accepted("urgencies", filter.urgencies(), Urgency.class, limits));
    }

    private static <E extends Enum<E>> Set<E> accepted(
            String name, @Nullable List<E> asked, Class<E> type, Limits limits) {
        if (asked == null || asked.isEmpty()) {
            return Set.of();
        }
        Set<E> distinct = EnumSet.copyOf(Conditions.bounded(name, asked, limits));
        return distinct.containsAll(Arrays.asList(type.getEnumConstants())) ? Set.of() : distinct;
    }

    @Override
    public boolean isGiven() {
        return !accepted.isEmpty();
    }

    @Override
    public EnumCondition<E> shape() {
        return this;
    }

    @Override
    public String binding() {
        return accepted + " ";
    }

    @Override
    public boolean admits(NewsFacets news) {
        return accepted.isEmpty() || accepted.contains(news.get(facet));
    }

    @Override
    public String sql(String time, String news) {
        return "%s.%s in (%s)".formatted(news, column, each(", ", value -> "'" + value + "'"));
    }

    @Override
    public NewsBitmaps.Term bitmap() {
        return NewsBitmaps.Term.any(
                column, each(" union all ", value -> "select '%1$s:%2$s', '%1$s'".formatted(column, value)));
    }

    @Override
    public String lexemes() {
        return "select cast('%s' as tsquery)".formatted(each(" | ", value -> "''" + column + ":" + value + "''"));
    }

    private String each(String separator, Function<String, String> text) {
        return accepted.stream().map(Enum::name).map(text).collect(Collectors.joining(separator));
    }
}
