package se.utrop.search;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import se.utrop.news.News;
import se.utrop.paging.Connection;
import se.utrop.paging.Edge;
import se.utrop.paging.PageInfo;
import se.utrop.series.Series;
import se.utrop.topic.Topic;

/** A page of hits. */
record NewsSearchConnection(Connection<Hit> page, SearchResult result) {

    /** As many subjects as are offered. */
    private static final int SUBJECTS = 10;

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

    public List<Topic> topics() {
        return subjects(Subject.Kind.TOPIC)
                .map(topic -> new Topic(topic.key(), topic.slug(), topic.name(), topic.description()))
                .toList();
    }

    public List<Series> series() {
        return subjects(Subject.Kind.SERIES)
                .map(series -> new Series(series.key(), series.slug(), series.name(), series.description()))
                .toList();
    }

    private Stream<Subject> subjects(Subject.Kind kind) {
        return result.subjects().stream()
                .filter(subject -> subject.kind() == kind)
                .limit(SUBJECTS);
    }

    public SearchMatching matching() {
        return result.matching();
    }

    public @Nullable String correctedQuery() {
        return result.corrected();
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
