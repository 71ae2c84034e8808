package se.utrop.search;

import java.util.List;
import se.utrop.news.News;
import se.utrop.paging.Connection;
import se.utrop.paging.Edge;
import se.utrop.paging.PageInfo;

/** A page of hits. */
record NewsSearchConnection(Connection<Hit> page) {

    public List<NewsSearchEdge> edges() {
        return page.edges().stream().map(NewsSearchEdge::new).toList();
    }

    public List<News> nodes() {
        return page.nodes().stream().map(Hit::news).toList();
    }

    public PageInfo pageInfo() {
        return page.pageInfo();
    }

    public int totalCount() {
        return page.totalCount();
    }

    /** A hit in a page. */
    record NewsSearchEdge(Edge<Hit> edge) {

        public String cursor() {
            return edge.cursor();
        }

        public News node() {
            return edge.node().news();
        }

        public double score() {
            return edge.node().score();
        }

        public List<String> highlights() {
            return edge.node().highlights();
        }
    }
}
