package se.utrop.site;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * A page to render, and what its layout shows.
 *
 * @param template the template of its content
 * @param model what the template shows
 * @param title the title, without the name of the site
 * @param description a sentence for search engines
 * @param address the path and query by which it is known; null for a page that is found by no address
 * @param feed the query of the syndicated feeds that have the same news; null if there are none
 * @param previous the address of the previous page of a list
 * @param next the address of the next page of a list
 * @param live how the page follows the feed; null if it doesn't
 */
record Page(
        HttpStatus status,
        String template,
        Object model,
        String title,
        @Nullable String description,
        @Nullable String address,
        @Nullable String feed,
        @Nullable String previous,
        @Nullable String next,
        @Nullable Live live) {

    /**
     * How a page follows the feed.
     *
     * @param cursor the position that the page shows
     * @param filter the filter of the subscription, as JSON
     * @param first the address of the list's first page, where new items appear; null on that page itself
     */
    record Live(String cursor, String filter, @Nullable String first) {}

    boolean isAt(String path) {
        return path.equals(address);
    }

    static Page of(String template, Object model, String title, String address) {
        return new Page(HttpStatus.OK, template, model, title, null, address, null, null, null, null);
    }

    static Page problem(HttpStatus status, Object model, String title) {
        return new Page(status, "problem", model, title, null, null, null, null, null, null);
    }

    /** Nothing but the address that the page has now. */
    static Page moved(String address) {
        return new Page(HttpStatus.MOVED_PERMANENTLY, "moved", address, "", null, address, null, null, null, null);
    }

    Page withStatus(HttpStatus other) {
        return new Page(other, template, model, title, description, address, feed, previous, next, live);
    }

    Page describedAs(@Nullable String other) {
        return new Page(status, template, model, title, other, address, feed, previous, next, live);
    }

    Page withFeed(String other) {
        return new Page(status, template, model, title, description, address, other, previous, next, live);
    }

    Page following(Live other) {
        return new Page(status, template, model, title, description, address, feed, previous, next, other);
    }

    Page between(@Nullable String before, @Nullable String after) {
        return new Page(status, template, model, title, description, address, feed, before, after, live);
    }
}
