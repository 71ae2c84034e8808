package se.utrop.importing;

import org.jspecify.annotations.Nullable;
import se.utrop.importing.Picture.Rank;

/**
 * Reads the pictures that Media RSS describes.
 *
 * @see <a href="https://www.rssboard.org/media-rss">Media RSS</a>
 */
final class MediaRss {

    private final FeedReader feed;
    private final FeedItem item;

    MediaRss(FeedReader feed, FeedItem item) {
        this.feed = feed;
        this.item = item;
    }

    /** Reads the element at hand. */
    void read() {
        switch (feed.name()) {
            case "group" -> {
                while (feed.nextChild()) {
                    read();
                }
            }
            case "content" -> readContent();
            case "thumbnail" -> readPicture(Rank.THUMBNAIL, "url");
            case "image" -> readPicture(Rank.MEDIA, "href");
            case "keywords" -> FeedReader.topics(item, feed.text(item), ",");
            case "title", "description", "credit", "copyright" -> item.media(feed.name(), feed.text(item));
            default -> feed.skip();
        }
    }

    private void readPicture(Rank rank, String attribute) {
        String address = feed.attribute(attribute);
        Picture picture = picture(rank, address);
        String text = feed.text(item);
        item.picture(address.isEmpty() ? Picture.of(rank, text) : picture);
    }

    private void readContent() {
        boolean shown = isPicture();
        Picture picture = picture(Rank.MEDIA, feed.attribute("url"));
        String description = null;
        String title = null;
        String credit = null;
        while (feed.nextChild()) {
            if (!feed.vocabulary().equals("media:")) {
                feed.skip();
                continue;
            }
            switch (feed.name()) {
                case "description", "text" -> description = feed.text(item);
                case "title" -> title = feed.text(item);
                case "credit", "copyright" -> credit = preferred(credit, feed.text(item));
                default -> read();
            }
        }
        if (shown) {
            item.picture(picture.described(description, title, credit));
        }
    }

    private static String preferred(@Nullable String first, String other) {
        return first == null || first.isBlank() ? other : first;
    }

    private boolean isPicture() {
        String medium = feed.attribute("medium");
        return medium.isBlank()
                ? Picture.isPicture(feed.attribute("type"), feed.attribute("url"))
                : medium.equalsIgnoreCase("image");
    }

    private Picture picture(Rank rank, String address) {
        return new Picture(
                rank,
                address,
                null,
                null,
                Picture.pixels(feed.attribute("width")),
                Picture.pixels(feed.attribute("height")),
                null);
    }
}
