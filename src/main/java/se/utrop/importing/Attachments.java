package se.utrop.importing;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pictures of a WordPress export by the ids of their attachments. Posts name theirs before or after they come. */
final class Attachments {

    private static final int MOST = 100_000;

    private final Map<String, Picture> pictures = new HashMap<>();

    void add(String id, Picture picture) {
        if (pictures.size() < MOST && Picture.isPicture("", picture.address())) {
            pictures.putIfAbsent(id, picture);
        }
    }

    @Nullable
    Picture find(String id) {
        return pictures.get(id);
    }
}
