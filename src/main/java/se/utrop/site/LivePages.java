package se.utrop.site;

import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import se.utrop.site.Data.NewsPage;
import se.utrop.site.Page.Live;
import tools.jackson.databind.json.JsonMapper;

/** How pages follow the feed. */
@Component
class LivePages {

    private final JsonMapper json;

    LivePages(JsonMapper json) {
        this.json = json;
    }

    /** A page of a list follows what the list's filter matches. */
    Live list(NewsPage news, NewsQuery query, ListAddress address) {
        return new Live(
                news.feedCursor(), json.writeValueAsString(query.filter()), address.isFirst() ? null : address.first());
    }

    /** The page of one news item follows that item. */
    Live item(String id, String cursor) {
        return new Live(cursor, json.writeValueAsString(Map.of("ids", List.of(id), "includeWithdrawn", true)), null);
    }
}
