package se.utrop.syndication;

import se.utrop.syndication.NewsItem.Picture;

/**
 * Writes a picture with its size, alternative text and credit, which enclosures have no place for.
 *
 * @see <a href="https://www.rssboard.org/media-rss">Media RSS</a>
 */
final class MediaRss {

    static final String NAMESPACE = "http://search.yahoo.com/mrss/";

    private MediaRss() {}

    static void write(XmlText xml, Picture image) {
        xml.open(
                        "media:content",
                        "url",
                        image.address(),
                        "type",
                        image.type(),
                        "medium",
                        "image",
                        "width",
                        image.width(),
                        "height",
                        image.height())
                .element("media:description", image.altText().isEmpty() ? null : image.altText(), "type", "plain")
                .element("media:credit", image.credit())
                .close();
    }
}
