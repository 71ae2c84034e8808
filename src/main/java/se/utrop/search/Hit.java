package se.utrop.search;

import java.util.List;
import org.jspecify.annotations.Nullable;
import se.utrop.news.News;
import se.utrop.paging.Position;

/**
 * A news item that matches a search.
 *
 * @param position its position in the order of the search
 * @param texts title, teaser and body as plain text; empty unless highlights were requested
 * @param highlights fragments of HTML
 */
record Hit(News news, Position position, double score, List<String> texts, List<String> highlights) {

    Hit with(List<String> found) {
        return new Hit(news, position, score, texts, found);
    }

    /** What a statement found; {@code matched} tells whether there is any match at all, on this page or before it. */
    record Page(boolean matched, boolean precedes, int total, List<Hit> hits) {

        static final Page EMPTY = new Page(false, false, 0, List.of());

        Page with(List<Hit> others) {
            return new Page(matched, precedes, total, others);
        }
    }

    record Row(
            boolean matched,
            boolean precedes,
            int total,
            @Nullable Hit hit) {}
}
