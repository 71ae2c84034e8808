package se.utrop.syndication;

import static se.utrop.syndication.FeedFormat.JSON;

import org.jspecify.annotations.Nullable;
import se.utrop.syndication.NewsItem.Label;
import se.utrop.syndication.NewsItem.Picture;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes JSON Feed. As in RSS, the full text begins with the teaser.
 *
 * @see <a href="https://www.jsonfeed.org/version/1.1/">JSON Feed 1.1</a>
 */
final class JsonFeed {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private JsonFeed() {}

    static byte[] write(FeedPage page) {
        ObjectNode feed = MAPPER.createObjectNode()
                .put("version", "https://jsonfeed.org/version/1.1")
                .put("title", page.title());
        put(feed, "home_page_url", page.home());
        feed.put("feed_url", page.address(JSON));
        put(feed, "next_url", page.nextAddress(JSON));
        feed.put("language", page.publisher().language());
        ObjectNode author = feed.putArray("authors")
                .addObject()
                .put("name", page.publisher().name());
        put(author, "url", page.publisher().page("/"));
        if (page.hub() != null) {
            feed.putArray("hubs")
                    .addObject()
                    .put("type", "WebSub")
                    .put("url", page.hub().toString());
        }
        ArrayNode items = feed.putArray("items");
        page.news().nodes().forEach(item -> write(page, item, items.addObject()));
        return MAPPER.writeValueAsBytes(feed);
    }

    private static void write(FeedPage page, NewsItem item, ObjectNode json) {
        json.put("id", page.id(item));
        put(json, "url", page.publisher().address(item));
        json.put("title", item.title())
                .put("summary", item.summary())
                .put("content_html", page.fullText(item))
                .put("date_published", XmlText.time(item.publishedAt()))
                .put("date_modified", XmlText.time(item.updatedAt()));
        ArrayNode tags = json.putArray("tags");
        item.topics().stream().map(Label::name).forEach(tags::add);
        if (item.image() != null) {
            write(item.image(), json);
        }
    }

    /** The attachment has a place for the alternative text, the image hasn't. An attachment must state its media type. */
    private static void write(Picture image, ObjectNode json) {
        json.put("image", image.address());
        if (image.type() != null) {
            ObjectNode attachment = json.putArray("attachments")
                    .addObject()
                    .put("url", image.address())
                    .put("mime_type", image.type());
            put(attachment, "title", image.altText().isEmpty() ? null : image.altText());
        }
    }

    private static void put(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
