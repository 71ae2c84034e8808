package se.utrop.syndication;

import org.jspecify.annotations.Nullable;

/**
 * Who publishes the feeds, and where.
 *
 * @param language of the news, as in BCP 47
 * @param origin the public address of this server, without a slash at the end
 * @param hasPages whether the reader's pages are there to link to
 */
record Publisher(String name, String language, String origin, boolean hasPages) {

    String address(String path) {
        return origin + path;
    }

    /** The address of a page for readers; null without such pages. */
    @Nullable
    String page(String path) {
        return hasPages ? address(path) : null;
    }

    /** Where a reader finds the news item: on the public body's own site, or else here. */
    @Nullable
    String address(NewsItem news) {
        return news.url() == null ? page("/news/" + news.slug()) : news.url().toASCIIString();
    }
}
