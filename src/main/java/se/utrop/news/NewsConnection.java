package se.utrop.news;

import java.util.List;
import org.jspecify.annotations.Nullable;
import se.utrop.paging.Connection;
import se.utrop.paging.Cursors;
import se.utrop.paging.Edge;
import se.utrop.paging.PageInfo;
import se.utrop.paging.Position;

/** A page of news, and the position of the feed when it was read; null if it was not requested. */
record NewsConnection(Connection<News> page, @Nullable Position feed, Cursors cursors) {

    public List<Edge<News>> edges() {
        return page.edges();
    }

    public List<News> nodes() {
        return page.nodes();
    }

    public PageInfo pageInfo() {
        return page.pageInfo();
    }

    public int totalCount() {
        return page.totalCount();
    }

    public String feedCursor() {
        if (feed == null) {
            throw new IllegalStateException("feedCursor was not selected");
        }
        return cursors.write(Cursors.FEED, feed);
    }
}
