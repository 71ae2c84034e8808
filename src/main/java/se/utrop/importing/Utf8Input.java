package se.utrop.importing;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Passes on bytes as long as they are text in UTF-8, and refuses the file at the first that isn't. */
final class Utf8Input extends FilterInputStream {

    private long line = 1;
    private long offset;
    private int expected;
    private int lowest;
    private int highest;

    Utf8Input(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        int next = super.read();
        if (next < 0) {
            end();
        } else {
            check(next);
        }
        return next;
    }

    @Override
    public int read(byte[] buffer, int start, int length) throws IOException {
        int count = super.read(buffer, start, length);
        if (count < 0) {
            end();
        }
        for (int i = start; i < start + count; i++) {
            check(buffer[i] & 0xFF);
        }
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void check(int next) {
        if (expected > 0) {
            follow(next);
        } else {
            begin(next);
        }
        offset++;
        if (next == '\n') {
            line++;
        }
    }

    /** The well-formed sequences of table 3-7 in the Unicode Standard. */
    private void begin(int next) {
        if (next == 0) {
            throw new ImportRefused("is a binary file, not a listing or feed", null);
        }
        if (next < 0x80) {
            return;
        }
        expected = next >= 0xF0 ? 3 : next >= 0xE0 ? 2 : 1;
        lowest = next == 0xE0 ? 0xA0 : next == 0xF0 ? 0x90 : 0x80;
        highest = next == 0xED ? 0x9F : next == 0xF4 ? 0x8F : 0xBF;
        if (next < 0xC2 || next > 0xF4) {
            throw malformed();
        }
    }

    private void follow(int next) {
        if (next < lowest || next > highest) {
            throw malformed();
        }
        expected--;
        lowest = 0x80;
        highest = 0xBF;
    }

    private void end() {
        if (expected > 0) {
            throw new ImportRefused(line, "ends within a character: the file seems cut off");
        }
    }

    private ImportRefused malformed() {
        return new ImportRefused(
                line, "byte %d of the file is not UTF-8: save the file as UTF-8".formatted(offset + 1));
    }
}
