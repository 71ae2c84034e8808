package se.utrop.search;

import java.util.List;
import se.utrop.news.News;
import se.utrop.paging.Connection;
import se.utrop.paging.Edge;
import se.utrop.paging.PageInfo;

/** A page of hits. */
record NewsSearchConnection(Connection<Hit> page) {

    List<NewsSearchEdge> edges() {
        return page.edges().stream().map(NewsSearchEdge::new).toList();
    }

    List<News> nodes() {
        return page.nodes().stream().map(Hit::news).toList();
    }

    PageInfo pageInfo() {
        return page.pageInfo();
    }

    int totalCount() {
        return page.totalCount();
    }

    /** A hit in a page. */
    record NewsSearchEdge(Edge<Hit> edge) {

        String cursor() {
            return edge.cursor();
        }

        News node() {
            return edge.node().news();
        }

        double score() {
            return edge.node().score();
        }

        List<String> highlights() {
            return edge.node().highlights();
        }
    }
}
