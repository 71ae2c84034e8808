package se.utrop.node;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A global object id: opaque to clients, it encodes a letter for the type and the row's primary key.
 *
 * @see <a href="https://relay.dev/graphql/objectidentification.htm">Relay's Global Object Identification</a>
 */
public record GlobalId(char type, long key) {

    private static final Pattern PLAIN = Pattern.compile("([A-Z])([1-9]\\d{0,17})");

    @Override
    public String toString() {
        byte[] plain = (type + Long.toString(key)).getBytes(StandardCharsets.US_ASCII);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain);
    }

    /** Parses an id; empty if the text is not one. */
    public static Optional<GlobalId> parse(String text) {
        try {
            byte[] plain = Base64.getUrlDecoder().decode(text);
            Matcher matcher = PLAIN.matcher(new String(plain, StandardCharsets.US_ASCII));
            return matcher.matches()
                    ? Optional.of(new GlobalId(matcher.group(1).charAt(0), Long.parseLong(matcher.group(2))))
                            .filter(id -> id.toString().equals(text))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
