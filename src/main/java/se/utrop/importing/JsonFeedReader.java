package se.utrop.importing;

import java.io.Reader;
import org.jspecify.annotations.Nullable;
import se.utrop.importing.FeedItem.DateRank;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON Feed.
 *
 * @see <a href="https://www.jsonfeed.org/version/1.1/">JSON Feed 1.1</a>
 */
final class JsonFeedReader extends ItemReader {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JsonParser parser;
    private boolean inItems;
    private boolean hasItems;
    private boolean ended;

    private JsonFeedReader(Reader input, JsonParser parser, Arrival arrival, Faults faults) {
        super(input, new Channel("json:", arrival), faults);
        this.parser = parser;
    }

    static JsonFeedReader of(Reader input, Arrival arrival, Faults faults) {
        try {
            JsonFeedReader reader = new JsonFeedReader(input, JSON.createParser(input), arrival, faults);
            if (reader.parser.nextToken() != JsonToken.START_OBJECT) {
                throw noFeed();
            }
            return reader;
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    @Override
    @Nullable
    FeedItem next() {
        try {
            while (!ended) {
                JsonToken token = parser.nextToken();
                if (inItems) {
                    if (token == JsonToken.START_OBJECT) {
                        return item();
                    }
                    inItems = token != JsonToken.END_ARRAY;
                    parser.skipChildren();
                } else {
                    readFeed(token);
                }
            }
        } catch (JacksonException e) {
            throw malformed(e);
        }
        if (!hasItems) {
            throw noFeed();
        }
        return null;
    }

    private void readFeed(@Nullable JsonToken token) {
        if (token == null || token == JsonToken.END_OBJECT) {
            ended = true;
            return;
        }
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.START_ARRAY && "items".equals(name)) {
            inItems = true;
            hasItems = true;
        } else if (value == JsonToken.VALUE_STRING) {
            readText(String.valueOf(name), parser.getString());
        } else {
            parser.skipChildren();
        }
    }

    private void readText(String name, String text) {
        switch (name) {
            case "home_page_url" -> channel().link(text, null);
            case "feed_url" -> {
                channel().link(text, null);
                channel().id(text);
            }
            case "title" -> channel().title(text);
            default -> {}
        }
    }

    private FeedItem item() {
        long line = parser.currentTokenLocation().getLineNr();
        JsonNode json = parser.readValueAsTree();
        FeedItem item = new FeedItem(channel(), line, null);
        item.id(text(json, "id"));
        item.title(RichText.Type.TEXT, text(json, "title"));
        item.summary(RichText.Type.TEXT, text(json, "summary"), null);
        readContent(json, item);
        item.link(0, text(json, "url"));
        item.link(1, text(json, "external_url"));
        item.date(DateRank.PUBLISHED, text(json, "date_published"));
        item.date(DateRank.UPDATED, text(json, "date_modified"));
        json.path("tags").forEach(tag -> item.topic(text(tag)));
        json.path("_tags").forEach(tag -> item.topic(text(tag)));
        readPictures(json, item);
        return item;
    }

    private static void readContent(JsonNode json, FeedItem item) {
        String html = text(json, "content_html");
        if (html.isBlank()) {
            item.content(RichText.Type.TEXT, text(json, "content_text"), null);
        } else {
            item.content(RichText.Type.HTML, html, null);
        }
    }

    private static void readPictures(JsonNode json, FeedItem item) {
        String image = text(json, "image");
        String banner = text(json, "banner_image");
        String address = image.isBlank() ? banner : image;
        if (!address.isBlank()) {
            item.picture(Picture.of(Picture.Rank.MEDIA, address));
        }
        for (JsonNode attachment : json.path("attachments")) {
            String url = text(attachment, "url");
            String title = text(attachment, "title");
            if (Picture.isPicture(text(attachment, "mime_type"), url)) {
                item.picture(Picture.of(Picture.Rank.MEDIA, url).described(title.isBlank() ? null : title, null, null));
            }
        }
    }

    private static String text(JsonNode json, String name) {
        return text(json.path(name));
    }

    private static String text(JsonNode value) {
        return value.isValueNode() && !value.isNull() ? value.asString() : "";
    }

    private static ImportRefused noFeed() {
        return new ImportRefused(1, "is JSON, but no JSON Feed: it has no list of items. " + SourceFormat.TAKEN);
    }

    private static ImportRefused malformed(JacksonException e) {
        long line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
        return new ImportRefused(Math.max(line, 1), "is not whole, well-formed JSON: " + e.getOriginalMessage());
    }
}
