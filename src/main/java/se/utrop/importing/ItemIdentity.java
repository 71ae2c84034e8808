package se.utrop.importing;

import java.util.List;

/**
 * By what an item is known when it comes again.
 *
 * @param key that of its id, or of its address and title
 * @param guesses keys by which the item is known if its id or title changes
 * @param formerKey the key as releases before 1.1 made it
 */
record ItemIdentity(String key, List<String> guesses, String formerKey) {

    static ItemIdentity of(String key) {
        return new ItemIdentity(key, List.of(), key);
    }
}
