package se.utrop.importing;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Decodes a feed that may not be in the encoding that it declares. What its bytes say decides: the first bytes beyond ASCII are
 * UTF-8 or they aren't. In UTF-8, a byte that can't be where it is stands for its character in the declared encoding.
 */
final class FeedDecoder extends Reader {

    private static final int BLOCK = 65_536;

    private final InputStream input;
    private final Charset declared;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer characters = CharBuffer.allocate(BLOCK + 16).limit(0);

    private byte[] rest = new byte[0];
    private boolean decided;
    private boolean isUtf8 = true;
    private boolean ended;

    /** {@code declared} is of one byte a character. */
    FeedDecoder(InputStream input, Charset declared) {
        this.input = input;
        this.declared = declared;
    }

    @Override
    public int read(char[] target, int start, int length) throws IOException {
        while (!characters.hasRemaining()) {
            if (ended) {
                return -1;
            }
            decodeBlock();
        }
        int count = Math.min(length, characters.remaining());
        characters.get(target, start, count);
        return count;
    }

    @Override
    public void close() throws IOException {
        input.close();
    }

    private void decodeBlock() throws IOException {
        byte[] block = Arrays.copyOf(rest, BLOCK);
        int length = rest.length + input.readNBytes(block, rest.length, BLOCK - rest.length);
        ended = length < BLOCK;
        ByteBuffer bytes = ByteBuffer.wrap(block, 0, length);
        if (!decided) {
            decide(bytes.duplicate());
        }
        characters.clear();
        if (isUtf8) {
            decodeUtf8(bytes);
        } else {
            characters.put(declared.decode(bytes));
        }
        rest = Arrays.copyOfRange(block, bytes.position(), length);
        characters.flip();
    }

    private void decodeUtf8(ByteBuffer bytes) {
        utf8.reset();
        while (bytes.hasRemaining()) {
            CoderResult result = utf8.decode(bytes, characters, ended);
            if (!result.isError()) {
                return;
            }
            characters.put(declared.decode(bytes.slice().limit(1)));
            bytes.position(bytes.position() + 1);
        }
    }

    private void decide(ByteBuffer bytes) {
        int well = 0;
        int badly = 0;
        CharBuffer decoded = CharBuffer.allocate(BLOCK);
        utf8.reset();
        while (bytes.hasRemaining()) {
            CoderResult result = utf8.decode(bytes, decoded, false);
            if (!result.isError()) {
                break;
            }
            badly++;
            bytes.position(bytes.position() + 1);
        }
        well += (int) decoded.flip().chars().filter(c -> c > 127).count();
        decided = well + badly > 0;
        isUtf8 = well >= badly;
    }
}
