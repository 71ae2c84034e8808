package se.utrop.news;

import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The slug of the series; null for any or none. */
record SeriesCondition(@Nullable String slug) implements Condition {

    static final Facet<String> SERIES =
            Facet.of("(select slug from series where id = %s.series_id)", String.class, Function.identity());

    private static final String KEY = "select id from series where slug = :series";

    static SeriesCondition of(NewsFilter filter) {
        return new SeriesCondition(filter.series());
    }

    @Override
    public boolean isGiven() {
        return slug != null;
    }

    @Override
    public SeriesCondition shape() {
        return slug == null ? this : new SeriesCondition("");
    }

    @Override
    public String binding() {
        return Conditions.binding(slug == null ? Set.of() : Set.of(slug));
    }

    @Override
    public boolean admits(NewsFacets news) {
        return slug == null || slug.equals(news.find(SERIES));
    }

    @Override
    public Map<String, Object> parameters() {
        return slug == null ? Map.of() : Map.of("series", slug);
    }

    @Override
    public String sql(String time, String news) {
        return news + ".series_id = (" + KEY + ")";
    }

    @Override
    public Partition partition() {
        return new Partition(true, true, "series_id", KEY, this);
    }

    @Override
    public NewsBitmaps.Term bitmap() {
        return NewsBitmaps.Term.any("series", "select 'series:' || id, 'series' from series where slug = :series");
    }

    @Override
    public String lexemes() {
        return """
            select format('''series:%s''', coalesce((select id::text from series where slug = :series), 'unknown'))::tsquery\
            """;
    }
}
