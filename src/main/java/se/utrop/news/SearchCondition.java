package se.utrop.news;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import se.utrop.graphql.Problem;
import se.utrop.text.Characters;

/**
 * Found by a search: the text holds all of its words.
 *
 * @param text null where the condition isn't given
 * @param query the tsquery that the text stands for; null until {@link NewsFilters#resolve} has looked it up
 */
record SearchCondition(@Nullable String text, @Nullable String query) implements Condition {

    /** In characters. */
    private static final int LONGEST = 200;

    /** As many matches as are counted. */
    static final int COUNTED = 10_000;

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    static SearchCondition of(NewsFilter filter) {
        String text = filter.search();
        if (text != null && text.length() > LONGEST) {
            throw Problem.badInput(
                    "filter.search takes at most %d characters, not %d".formatted(LONGEST, text.length()));
        }
        return new SearchCondition(text == null ? null : normal(text), null);
    }

    private static String normal(String text) {
        return BLANKS.matcher(Characters.withoutInvisible(text)).replaceAll(" ").strip();
    }

    SearchCondition with(String found) {
        return new SearchCondition(text, found);
    }

    @Override
    public boolean isGiven() {
        return text != null;
    }

    @Override
    public SearchCondition shape() {
        return text == null ? this : new SearchCondition("", "");
    }

    @Override
    public String binding() {
        return text == null ? "" : " search " + text.length() + ":" + text;
    }

    /** What isn't known of the text of an event is left open. */
    @Override
    public boolean admits(NewsFacets news) {
        return text == null || !Boolean.FALSE.equals(news.isFoundBy(text));
    }

    @Override
    public Map<String, Object> parameters() {
        return query == null ? Map.of() : Map.of("search", query);
    }

    @Override
    public String sql(String time, String news) {
        return "exists (select from news_search where news_id = %s.id and document @@ cast(:search as tsquery))"
                .formatted(news);
    }

    @Override
    public boolean isCostly() {
        return true;
    }

    @Override
    public String lexemes() {
        return "select cast(:search as tsquery)";
    }
}
