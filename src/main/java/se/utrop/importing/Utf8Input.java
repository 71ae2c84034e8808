package se.utrop.importing;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Passes on bytes as long as they are text in UTF-8, and refuses the file at the first that isn't. */
final class Utf8Input extends FilterInputStream {

    private static final int FIRST_LEAD = 0xC2;
    private static final int LAST_LEAD = 0xF4;

    /** Reports malformed input. */
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();

    private final CharBuffer characters = CharBuffer.allocate(8_192);

    /** The beginning of a character whose other bytes haven't been read yet. */
    private ByteBuffer rest = ByteBuffer.allocate(0);

    private long line = 1;
    private long offset;

    Utf8Input(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] next = new byte[1];
        return read(next, 0, 1) < 0 ? -1 : next[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int start, int length) throws IOException {
        int count = super.read(buffer, start, length);
        if (count > 0) {
            ByteBuffer bytes = ByteBuffer.allocate(rest.remaining() + count);
            decode(bytes.put(rest).put(buffer, start, count).flip());
        } else if (count < 0 && rest.hasRemaining()) {
            throw new ImportRefused(line, "ends within a character: the file seems cut off");
        }
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void decode(ByteBuffer bytes) {
        CoderResult result;
        do {
            result = decoder.decode(bytes, characters, false);
            characters.flip().chars().forEach(this::check);
            characters.clear();
            if (result.isError()) {
                throw malformed(bytes, result.length());
            }
        } while (result.isOverflow());
        offset += bytes.position();
        rest = bytes.slice();
    }

    private void check(int character) {
        if (character == 0) {
            throw new ImportRefused("is a binary file, not a listing or feed", null);
        }
        if (character == '\n') {
            line++;
        }
    }

    /** Names the first byte that can't be where it is: one that begins no character, or one that doesn't go on with it. */
    private ImportRefused malformed(ByteBuffer bytes, int length) {
        int first = bytes.get(bytes.position()) & 0xFF;
        boolean begins = first >= FIRST_LEAD && first <= LAST_LEAD;
        return new ImportRefused(
                line,
                "byte %d of the file is not UTF-8: save the file as UTF-8"
                        .formatted(offset + bytes.position() + (begins ? length : 0) + 1));
    }
}
