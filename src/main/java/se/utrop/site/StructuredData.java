package se.utrop.site;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import se.utrop.site.Data.Item;
import se.utrop.site.Data.Label;
import tools.jackson.databind.json.JsonMapper;

/**
 * Describes news items to search engines.
 *
 * @see <a href="https://schema.org/NewsArticle">schema.org</a>
 */
@Component
class StructuredData {

    private final Site site;

    private final JsonMapper json;

    StructuredData(Site site, JsonMapper json) {
        this.site = site;
        this.json = json;
    }

    /** A news item as JSON-LD that is safe within an element of HTML. */
    String article(Item item, String address) {
        Map<String, Object> article = new LinkedHashMap<>();
        article.put("@context", "https://schema.org");
        article.put("@type", "NewsArticle");
        article.put("headline", item.title());
        article.put("description", item.summary());
        article.put("datePublished", item.publishedAt().toString());
        article.put("dateModified", item.updatedAt().toString());
        article.put("inLanguage", site.texts().language());
        article.put("keywords", item.topics().stream().map(Label::name).toList());
        article.put("publisher", Map.of("@type", "GovernmentOrganization", "name", site.name()));
        if (site.hasUrl()) {
            article.put("mainEntityOfPage", site.absolute(address));
        }
        if (item.image() != null) {
            article.put("image", List.of(item.image().url().toString()));
        }
        return json.writeValueAsString(article).replace("<", "\\u003c");
    }
}
