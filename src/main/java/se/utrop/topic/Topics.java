package se.utrop.topic;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All topics, in the order of the alphabet, as they were at one moment. */
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

    /** Those of these slugs that there are. */
    Map<String, Topic> named(Collection<String> slugs) {
        Map<String, Topic> named = new HashMap<>(bySlug);
        named.keySet().retainAll(Set.copyOf(slugs));
        return named;
    }

    /** Where a topic stands in the order of the alphabet. */
    public int rank(Topic topic) {
        return ranks.getOrDefault(topic.key(), ranks.size());
    }

    /** Those of these keys that there are. */
    List<Topic> among(Collection<Long> keys) {
        return keys.stream().filter(byKey::containsKey).map(this::required).toList();
    }

    /** Those of these keys, in their order: keys that were read in the database after this was. */
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

    /** A topic was met that has been made since. */
    public static final class Later extends RuntimeException {

        private static final long serialVersionUID = 1;
    }
}
