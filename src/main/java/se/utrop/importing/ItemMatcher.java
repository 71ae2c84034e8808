package se.utrop.importing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the items of a document among those that were imported before. An item matches no more than one of the document. */
final class ItemMatcher {

    private final Set<Long> matched = new HashSet<>();

    /** An item and what it was when it was imported before. */
    record Match(Item item, KnownItem known) {}

    /**
     * The items of a part.
     *
     * @param repeated how many stand in the document more than once
     */
    record Matches(List<Item> unknown, List<Match> known, int repeated) {}

    /** All keys by which these can be known. */
    static List<String> keys(Batch batch) {
        return Stream.concat(
                        batch.items().stream().map(Item::identity),
                        batch.tombstones().stream().map(Tombstone::identity))
                .flatMap(identity ->
                        Stream.concat(Stream.of(identity.key(), identity.formerKey()), identity.guesses().stream()))
                .distinct()
                .toList();
    }

    /** @param found what is known by the keys of the items */
    Matches match(List<Item> items, Map<String, KnownItem> found) {
        Map<String, Item> distinct = new LinkedHashMap<>();
        items.forEach(item -> distinct.putIfAbsent(item.identity().key(), item));
        List<Match> known = new ArrayList<>();
        List<Item> others = new ArrayList<>();
        for (Item item : distinct.values()) {
            KnownItem same = known(item, found);
            if (same == null) {
                others.add(item);
            } else if (matched.add(same.newsId())) {
                known.add(new Match(item, same));
            }
        }
        List<Item> unknown = new ArrayList<>();
        for (Item item : others) {
            KnownItem same = guessed(item, found);
            if (same == null) {
                unknown.add(item);
            } else {
                matched.add(same.newsId());
                known.add(new Match(item, same));
            }
        }
        return new Matches(unknown, known, items.size() - unknown.size() - known.size());
    }

    /** What was added comes again only if the document repeats it. */
    void add(Iterable<Long> newsIds) {
        newsIds.forEach(matched::add);
    }

    private static @Nullable KnownItem known(Item item, Map<String, KnownItem> found) {
        KnownItem same = found.get(item.identity().key());
        KnownItem former = same == null ? found.get(item.identity().formerKey()) : same;
        return former != null && former.isOf(item) ? former : null;
    }

    private @Nullable KnownItem guessed(Item item, Map<String, KnownItem> found) {
        return item.identity().guesses().stream()
                .filter(found::containsKey)
                .map(found::get)
                .filter(known -> !matched.contains(known.newsId()))
                .findFirst()
                .orElse(null);
    }
}
