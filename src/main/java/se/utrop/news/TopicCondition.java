package se.utrop.news;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import se.utrop.graphql.Limits;

/** Any, all or none of some topics, by their slugs of now or before. The slug of an unknown topic matches nothing. */
record TopicCondition(Mode mode, SortedSet<String> slugs) implements Condition {

    static final Facet<Set<String>> TOPICS = Facet.of("topic_slugs(%s.topic_ids)", String[].class, Set::of);

    private static final SortedSet<String> ONE = new TreeSet<>(Set.of(""));

    private static final SortedSet<String> SEVERAL = new TreeSet<>(Set.of("", "-"));

    enum Mode {
        ANY("anyTopic"),
        ALL("allTopics"),
        NONE("noTopic");

        /** The name of the SQL parameter. */
        private final String parameter;

        Mode(String parameter) {
            this.parameter = parameter;
        }
    }

    static TopicCondition any(NewsFilter filter, Limits limits) {
        return of(
                Mode.ANY,
                "topics.anyOf",
                filter.topics() == null ? null : filter.topics().anyOf(),
                limits);
    }

    static TopicCondition all(NewsFilter filter, Limits limits) {
        return of(
                Mode.ALL,
                "topics.allOf",
                filter.topics() == null ? null : filter.topics().allOf(),
                limits);
    }

    static TopicCondition none(NewsFilter filter, Limits limits) {
        return of(
                Mode.NONE,
                "topics.noneOf",
                filter.topics() == null ? null : filter.topics().noneOf(),
                limits);
    }

    private static TopicCondition of(Mode mode, String name, @Nullable List<String> slugs, Limits limits) {
        return new TopicCondition(
                mode,
                slugs == null ? Collections.emptySortedSet() : new TreeSet<>(Conditions.bounded(name, slugs, limits)));
    }

    @Override
    public boolean isGiven() {
        return !slugs.isEmpty();
    }

    /** The topic that all news of this condition have; null where there is none, or not one alone. */
    @Nullable
    String onlyTopic() {
        return mode != Mode.NONE && slugs.size() == 1 ? slugs.first() : null;
    }

    /** One topic isn't the same as several. */
    @Override
    public TopicCondition shape() {
        return slugs.isEmpty() ? this : new TopicCondition(mode, slugs.size() == 1 ? ONE : SEVERAL);
    }

    @Override
    public String binding() {
        return Conditions.binding(slugs) + " ";
    }

    @Override
    public boolean admits(NewsFacets news) {
        Set<String> topics = news.get(TOPICS);
        return switch (mode) {
            case ANY -> slugs.isEmpty() || !Collections.disjoint(topics, slugs);
            case ALL -> topics.containsAll(slugs);
            case NONE -> Collections.disjoint(topics, slugs);
        };
    }

    @Override
    public Map<String, Object> parameters() {
        return slugs.isEmpty() ? Map.of() : Map.of(mode.parameter, slugs.toArray(String[]::new));
    }

    @Override
    public String sql(String time, String news) {
        return switch (mode) {
            case ANY -> compare(news, "&&", keys(":anyTopic"));
            case ALL -> compare(news, "@>", """
                select id from unnest(cast(:allTopics as text[])) as asked (slug) left join topic_slug using (slug)\
                """);
            case NONE -> "not " + compare(news, "&&", keys(":noTopic"));
        };
    }

    /** Inside of coalesce: by itself, the planner takes it for a comparison that hardly any row passes. */
    private static String compare(String news, String operator, String keys) {
        return "coalesce(%s.topic_ids %s array(%s), false)".formatted(news, operator, keys);
    }

    private static String keys(String slugs) {
        return "select id from topic_slug where slug = any(" + slugs + ")";
    }

    @Override
    public boolean isCostly() {
        return true;
    }

    /** With several that must all hold, the news of the first are read, and the others are checked. */
    @Override
    public @Nullable Partition partition() {
        return switch (mode) {
            case ANY -> new Partition(false, false, "topic_id", keys(":anyTopic"), this);
            case ALL ->
                new Partition(
                        true,
                        false,
                        "topic_id",
                        "select id from topic_slug where slug = (cast(:allTopics as text[]))[1]",
                        slugs.size() == 1 ? this : null);
            case NONE -> null;
        };
    }

    @Override
    public NewsBitmaps.Term bitmap() {
        String facets =
                "select 'topic:' || id, '%1$s' from topic_slug where slug = any(:%1$s)".formatted(mode.parameter);
        return switch (mode) {
            case ANY -> NewsBitmaps.Term.any(mode.parameter, facets);
            case ALL -> NewsBitmaps.Term.all(mode.parameter, facets, "cardinality(cast(:allTopics as text[]))");
            case NONE -> NewsBitmaps.Term.any(mode.parameter, facets).negated();
        };
    }

    @Override
    public String lexemes() {
        return switch (mode) {
            case ANY -> anyLexeme();
            case ALL -> """
                select string_agg(
                    '(' || case when id is null then '''topic:unknown''' else topic_query(id)::text end || ')', ' & ')::tsquery \
                from unnest(cast(:allTopics as text[])) as asked (slug) left join topic_slug using (slug)\
                """;
            case NONE -> "select !!(" + anyLexeme() + ")";
        };
    }

    private String anyLexeme() {
        return """
            select coalesce(string_agg(topic_query(id)::text, ' | '), '''topic:unknown''')::tsquery \
            from topic_slug where slug = any(:%s)\
            """.formatted(mode.parameter);
    }
}
