package se.utrop.topic;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A snapshot of all topics in alphabetical order. */
public final class Topics {

    private final Map<Long, Topic> byKey = new LinkedHashMap<>();

    private final Map<Long, Integer> ranks = new HashMap<>();

    private final Map<String, Topic> bySlug = new LinkedHashMap<>();

    Topics(Collection<Topic> topics) {
        for (Topic topic : topics) {
            byKey.put(topic.key(), topic);
            ranks.put(topic.key(), ranks.size());
            bySlug.put(topic.slug(), topic);
        }
    }

    Collection<Topic> all() {
        return byKey.values();
    }

    @Nullable
    Topic bySlug(String slug) {
        return bySlug.get(slug);
    }

    /** The topics with these slugs that exist. */
    Map<String, Topic> named(Collection<String> slugs) {
        Map<String, Topic> named = new HashMap<>(bySlug);
        named.keySet().retainAll(Set.copyOf(slugs));
        return named;
    }

    /** The topic's rank in alphabetical order. */
    public int rank(Topic topic) {
        return ranks.getOrDefault(topic.key(), ranks.size());
    }

    /** The topics with these keys that exist. */
    List<Topic> among(Collection<Long> keys) {
        return keys.stream().filter(byKey::containsKey).map(this::required).toList();
    }

    /**
     * The topics with these keys, in the order of the keys, which must have been read after this snapshot.
     *
     * @throws Later if a key is not in this snapshot
     */
    public List<Topic> required(Long... keys) {
        Topic[] found = new Topic[keys.length];
        Arrays.setAll(found, i -> required(keys[i]));
        return List.of(found);
    }

    private Topic required(Long key) {
        Topic topic = byKey.get(key);
        if (topic == null) {
            throw new Later();
        }
        return topic;
    }

    /** A topic is newer than this snapshot. */
    public static final class Later extends RuntimeException {

        private static final long serialVersionUID = 1;
    }
}
