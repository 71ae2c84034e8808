package se.utrop.news;

import java.util.function.Function;

/**
 * Whether withdrawn news count. Unlike other conditions it is given where the filter says nothing: they don't count then.
 *
 * @param included whether they count
 */
record WithdrawnCondition(boolean included) implements Condition {

    static final Facet<Boolean> WITHDRAWN =
            Facet.of("is_withdrawn(%1$s.news_id, %1$s.revision)", Boolean.class, Function.identity());

    static WithdrawnCondition of(NewsFilter filter) {
        return new WithdrawnCondition(Boolean.TRUE.equals(filter.includeWithdrawn()));
    }

    @Override
    public boolean isGiven() {
        return !included;
    }

    @Override
    public boolean isDefault() {
        return !included;
    }

    @Override
    public WithdrawnCondition shape() {
        return this;
    }

    /** None while it is the default: cursors of before there were withdrawals keep their meaning. */
    @Override
    public String binding() {
        return included ? " withdrawn" : "";
    }

    @Override
    public boolean admits(NewsFacets news) {
        return included || !news.get(WITHDRAWN);
    }

    @Override
    public String sql(String time, String news) {
        return news + ".withdrawn_at is null";
    }

    @Override
    public NewsBitmaps.Term bitmap() {
        return NewsBitmaps.Term.any("withdrawn", "select 'withdrawn', 'withdrawn'")
                .negated();
    }

    @Override
    public String lexemes() {
        return "select cast('!''state:withdrawn''' as tsquery)";
    }
}
