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

    /** The keys of topics that were merged, with those of the topics that they are now. */
    private final Map<Long, Long> merged = new HashMap<>();

    Topics(Collection<Topic> topics, Collection<MergedTopic> formerTopics) {
        for (Topic topic : topics) {
            byKey.put(topic.key(), topic);
            ranks.put(topic.key(), ranks.size());
            bySlug.put(topic.slug(), topic);
        }
        formerTopics.forEach(this::add);
    }

    private void add(MergedTopic former) {
        Topic present = byKey.get(former.into());
        if (former.key() != null) {
            merged.put(former.key(), former.into());
        }
        if (former.slug() != null && present != null) {
            bySlug.putIfAbsent(former.slug(), present);
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

    /** What the topics with these keys are now, in the order of the keys, each once: merged or not, and without those deleted. */
    public List<Topic> current(Collection<Long> keys) {
        return keys.stream()
                .map(key -> merged.getOrDefault(key, key))
                .distinct()
                .filter(byKey::containsKey)
                .map(this::required)
                .toList();
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
