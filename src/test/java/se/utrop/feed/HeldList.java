package se.utrop.feed;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a client has loaded of a list, kept by the rules of "Keeping a list right" in {@code docs/clients.md}. */
final class HeldList {

    record Item(String id, String sortKey, String slug, String cursor) {

        static Item of(JsonNode news, JsonNode cursor) {
            return new Item(
                    news.get("id").asString(),
                    news.get("sortKey").asString(),
                    news.get("slug").asString(),
                    cursor.asString());
        }
    }

    private final Comparator<String> order;

    /** By their sort keys. */
    private final TreeMap<String, Item> items;

    /** What events said last of an item, by its id: null where it is off the list. */
    private final Map<String, @Nullable Item> noted = new HashMap<>();

    private boolean hasNextPage;

    private @Nullable String endKey;

    private @Nullable String endCursor;

    HeldList(boolean newestFirst) {
        this.order = newestFirst ? Comparator.reverseOrder() : Comparator.naturalOrder();
        this.items = new TreeMap<>(order);
    }

    void load(JsonNode page) {
        for (JsonNode edge : page.get("edges")) {
            Item item = Item.of(edge.get("node"), edge.get("cursor"));
            if (!noted.containsKey(item.id())) {
                items.put(item.sortKey(), item);
            }
            endKey = item.sortKey();
            endCursor = item.cursor();
        }
        hasNextPage = page.at("/pageInfo/hasNextPage").asBoolean();
        noted.values().forEach(this::insert);
    }

    void apply(JsonNode event) {
        boolean passes = event.path("passesFilter").asBoolean(true);
        if (event.has("news")) {
            Item item = Item.of(event.get("news"), event.get("listCursor"));
            note(item.id(), passes ? item : null);
        } else {
            note(event.get("newsId").asString(), null);
        }
    }

    private void note(String id, @Nullable Item item) {
        items.values().removeIf(held -> held.id().equals(id));
        noted.put(id, item);
        insert(item);
    }

    private void insert(@Nullable Item item) {
        if (item != null && isLoaded(item.sortKey())) {
            items.put(item.sortKey(), item);
        }
    }

    boolean isLoaded(String sortKey) {
        return !hasNextPage || (endKey != null && order.compare(sortKey, endKey) <= 0);
    }

    void shorten(int size) {
        if (size < items.size()) {
            Item last = List.copyOf(items.values()).get(size - 1);
            items.tailMap(last.sortKey(), false).clear();
            hasNextPage = true;
            endKey = last.sortKey();
            endCursor = last.cursor();
        }
    }

    boolean hasNextPage() {
        return hasNextPage;
    }

    @Nullable
    String endCursor() {
        return endCursor;
    }

    List<Item> items() {
        return List.copyOf(items.values());
    }
}
