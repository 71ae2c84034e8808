package se.utrop.news;

import org.springframework.stereotype.Component;
import se.utrop.news.NewsList.Scope;
import se.utrop.paging.Cursors;

/**
 * Cursors of lists of news, for keyset pagination. A cursor is an item's position, bound to the filter and order of its list.
 *
 * @see <a href="https://use-the-index-luke.com/no-offset">Keyset pagination</a>
 */
@Component
public class NewsCursors {

    private final Cursors cursors;

    NewsCursors(Cursors cursors) {
        this.cursors = cursors;
    }

    /** Of a news item in the list of all news by these criteria, in this order. */
    public String write(NewsCriteria criteria, NewsOrder order, News item) {
        return write(new NewsList(Scope.ALL, criteria, order).description(0), item);
    }

    /** Of a news item in the list of this description. */
    String write(String list, News item) {
        return cursors.write(list, item.position());
    }
}
