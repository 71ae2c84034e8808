package se.utrop.graphql;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Approximate sizes of values in memory, in bytes, for caches with a maximum weight. */
public final class Weight {

    private static final int OBJECT = 24;

    private static final int TEXT = 56;

    private static final int COLLECTION = 64;

    private static final int REFERENCE = 8;

    private static final int MAP_ENTRY = 48;

    private Weight() {}

    /** The weight of a string: one byte per character, or two if any character needs them. */
    public static int of(String text) {
        return TEXT + (isLatin1(text) ? text.length() : 2 * text.length());
    }

    private static boolean isLatin1(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xFF) {
                return false;
            }
        }
        return true;
    }

    /** The weight of a value that was read from JSON. */
    public static int ofJson(@Nullable Object value) {
        return switch (value) {
            case null -> 0;
            case String text -> of(text);
            case Map<?, ?> object -> ofObject(object);
            case Collection<?> list -> ofList(list);
            case Boolean truth -> 0;
            default -> OBJECT + value.toString().length();
        };
    }

    private static int ofObject(Map<?, ?> object) {
        int weight = COLLECTION;
        for (Map.Entry<?, ?> entry : object.entrySet()) {
            weight += MAP_ENTRY + ofJson(entry.getKey()) + ofJson(entry.getValue());
        }
        return weight;
    }

    private static int ofList(Collection<?> list) {
        int weight = COLLECTION;
        for (Object value : list) {
            weight += REFERENCE + ofJson(value);
        }
        return weight;
    }
}
