package se.utrop.sources;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a feed says of itself to those who poll it. It is advice: where it can't be read, there is none.
 *
 * @param ttl for how long the feed asks to be kept ({@code ttl} of RSS)
 */
record FeedHints(Duration ttl, HubLinks links) {

    private static final FeedHints NONE = new FeedHints(Duration.ZERO, HubLinks.NONE);

    /** The beginning of a feed in XML, where its channel is described. */
    private static final int BEGINNING = 64 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static FeedHints of(byte[] feed, URI base) {
        try {
            return isJson(feed) ? ofJson(feed, base) : ofXml(feed, base);
        } catch (IOException | JacksonException e) {
            return NONE;
        }
    }

    private static boolean isJson(byte[] feed) {
        for (byte character : feed) {
            if (character == '{' || character == '<') {
                return character == '{';
            }
        }
        return false;
    }

    private static FeedHints ofXml(byte[] feed, URI base) throws IOException {
        ByteArrayInputStream beginning = new ByteArrayInputStream(feed, 0, Math.min(feed.length, BEGINNING));
        Document document = Jsoup.parse(beginning, null, "", Parser.xmlParser());
        Element channel = document.selectFirst("channel, feed");
        if (channel == null) {
            return NONE;
        }
        FeedHints hints = NONE;
        for (Element child : channel.children()) {
            hints = hints.plus(child, base);
        }
        return hints;
    }

    private FeedHints plus(Element child, URI base) {
        String name = child.tagName().replaceFirst(".*:", "");
        return switch (name) {
            case "ttl" -> new FeedHints(minutes(child.text()), links);
            case "link" -> new FeedHints(ttl, links.plus(child.attr("rel"), child.attr("href"), base));
            default -> this;
        };
    }

    private static Duration minutes(String text) {
        return text.strip().matches("\\d{1,6}") ? Duration.ofMinutes(Long.parseLong(text.strip())) : Duration.ZERO;
    }

    /** @see <a href="https://www.jsonfeed.org/version/1.1/#hubs">JSON Feed, hubs</a> */
    private static FeedHints ofJson(byte[] feed, URI base) {
        HubLinks links = HubLinks.NONE;
        try (JsonParser parser = JSON.createParser(feed)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("hubs")) {
                    links = hub(parser.readValueAsTree(), links, base);
                } else if (name.equals("feed_url")) {
                    links = links.plus("self", parser.getString(), base);
                } else {
                    parser.skipChildren();
                }
            }
        }
        return new FeedHints(Duration.ZERO, links);
    }

    private static HubLinks hub(JsonNode hubs, HubLinks links, URI base) {
        HubLinks found = links;
        for (JsonNode hub : hubs) {
            if (hub.path("type").asString("").equalsIgnoreCase("WebSub")) {
                found = found.plus("hub", hub.path("url").asString(""), base);
            }
        }
        return found;
    }
}
