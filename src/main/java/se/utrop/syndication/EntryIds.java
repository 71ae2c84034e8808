package se.utrop.syndication;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * The ids of feeds and entries: name-based UUIDs of global ids. A tag: URI would contain a host name, and readers would
 * show everything again as new when the newsroom moves to another one. The namespace is in the database, so that the ids
 * survive a change of address and a restore, and differ from those of other newsrooms.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#section-5.5">RFC 9562, 5.5, UUID version 5</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4287#section-4.2.6">RFC 4287, 4.2.6</a>
 */
record EntryIds(UUID namespace) {

    static EntryIds of(byte[] namespace) {
        ByteBuffer bytes = ByteBuffer.wrap(namespace);
        return new EntryIds(new UUID(bytes.getLong(), bytes.getLong()));
    }

    /** The id for this name: a news item's global id, or what a feed is asked for. */
    String of(String name) {
        byte[] hash = sha1(name.getBytes(StandardCharsets.UTF_8));
        hash[6] = (byte) ((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte) ((hash[8] & 0x3f) | 0x80);
        ByteBuffer uuid = ByteBuffer.wrap(hash);
        return "urn:uuid:" + new UUID(uuid.getLong(), uuid.getLong());
    }

    private byte[] sha1(byte[] name) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(ByteBuffer.allocate(16)
                    .putLong(namespace.getMostSignificantBits())
                    .putLong(namespace.getLeastSignificantBits())
                    .flip());
            return digest.digest(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
