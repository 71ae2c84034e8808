package se.utrop.importing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The format of a file, recognised by its beginning, not by its name. */
sealed interface SourceFormat {

    record Listing(List<ListingItem> items) implements SourceFormat {}

    record Feed(FeedReader reader) implements SourceFormat {}

    /** Closes the file unless a feed goes on reading it. */
    static SourceFormat of(InputStream file, Instant now) throws IOException {
        SourceFormat content = null;
        try {
            content = read(new BufferedInputStream(file), now);
            return content;
        } finally {
            if (!(content instanceof Feed)) {
                file.close();
            }
        }
    }

    private static SourceFormat read(InputStream input, Instant now) throws IOException {
        input.mark(Beginning.LENGTH);
        Beginning beginning = Beginning.of(input.readNBytes(Beginning.LENGTH));
        input.reset();
        beginning.requireText();
        if (!beginning.isXml()) {
            return new Listing(ListingReader.read(new Utf8Input(input)));
        }
        input.skipNBytes(beginning.blank());
        return new Feed(new FeedReader(beginning.isUtf8() ? new Utf8Input(input) : input, beginning.blankLines(), now));
    }

    /** The first bytes, each as a character. */
    record Beginning(String bytes, int blank) {

        static final int LENGTH = 4096;

        private static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";

        private static final List<String> BINARY = List.of(
                "%PDF-",
                "PK\u0003\u0004",
                "GIF8",
                "\u0089PNG",
                "\u00FF\u00D8\u00FF",
                "\u001F\u008B",
                "Rar!",
                "\u007FELF",
                "\u00D0\u00CF\u0011\u00E0",
                "{\\rtf");

        private static final Pattern ENCODING = Pattern.compile("<\\?xml[^>]*?\\sencoding\\s*=\\s*[\"']([^\"']*)[\"']");

        static Beginning of(byte[] beginning) {
            String bytes = new String(beginning, StandardCharsets.ISO_8859_1);
            int start = bytes.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length() : 0;
            while (start < bytes.length() && " \t\r\n".indexOf(bytes.charAt(start)) >= 0) {
                start++;
            }
            return new Beginning(bytes, start);
        }

        void requireText() {
            if (blank == bytes.length()) {
                throw new ImportRefused("is empty", null);
            }
            if (Stream.of("\u00FF\u00FE", "\u00FE\u00FF").anyMatch(bytes::startsWith)) {
                throw new ImportRefused(1, "byte 1 of the file is not UTF-8 but UTF-16: save the file as UTF-8");
            }
            if (bytes.indexOf(0) >= 0 || BINARY.stream().anyMatch(bytes::startsWith)) {
                throw new ImportRefused("is a binary file, not a listing or feed", null);
            }
        }

        boolean isXml() {
            return bytes.charAt(blank) == '<';
        }

        boolean isUtf8() {
            Matcher declared = ENCODING.matcher(bytes).region(blank, bytes.length());
            return !declared.lookingAt()
                    || declared.group(1).toLowerCase(Locale.ROOT).matches("utf-?8");
        }

        long blankLines() {
            return bytes.substring(0, blank).chars().filter(c -> c == '\n').count();
        }
    }
}
