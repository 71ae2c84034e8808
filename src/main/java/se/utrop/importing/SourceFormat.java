package se.utrop.importing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The format of a file, recognised by its beginning, not by its name. */
sealed interface SourceFormat {

    /** For messages about files that are none of these. */
    String TAKEN = "Taken are RSS, Atom, JSON Feed, WordPress exports, CAP, news sitemaps, and listings copied as text";

    record Listing(List<ListingItem> items, Faults faults) implements SourceFormat {}

    record Feed(ItemReader reader) implements SourceFormat {}

    /** Closes the file unless a feed goes on reading it. */
    static SourceFormat of(InputStream file, Arrival arrival, Faults faults) throws IOException {
        SourceFormat content = null;
        try {
            content = read(new BufferedInputStream(file), arrival, faults);
            return content;
        } finally {
            if (!(content instanceof Feed)) {
                file.close();
            }
        }
    }

    private static SourceFormat read(InputStream input, Arrival arrival, Faults faults) throws IOException {
        input.mark(Beginning.LENGTH);
        Beginning beginning = Beginning.of(input.readNBytes(Beginning.LENGTH));
        input.reset();
        beginning.requireText();
        return switch (beginning.first()) {
            case '<' -> new Feed(FeedReader.of(beginning.reader(input), arrival, faults));
            case '{', '[' -> new Feed(JsonFeedReader.of(beginning.reader(input), arrival, faults));
            default -> {
                beginning.requireListing();
                yield new Listing(ListingReader.read(new Utf8Input(input), faults), faults);
            }
        };
    }

    /** The first bytes, each as a character, and their encoding if it is not one that goes on from ASCII. */
    record Beginning(String bytes, @Nullable Charset wide) {

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

        private static final Pattern ENCODING =
                Pattern.compile("\\s*<\\?xml[^>]*?\\sencoding\\s*=\\s*[\"']([^\"']*)[\"']");

        private static final Set<Charset> LATIN =
                Set.of(StandardCharsets.ISO_8859_1, StandardCharsets.US_ASCII, StandardCharsets.UTF_8);

        private static final Charset WINDOWS = Charset.forName("windows-1252");

        static Beginning of(byte[] beginning) {
            String bytes = new String(beginning, StandardCharsets.ISO_8859_1);
            return new Beginning(bytes, wide(bytes));
        }

        private static @Nullable Charset wide(String bytes) {
            if (bytes.startsWith("\u00FF\u00FE\0\0")) {
                return Charset.forName("UTF-32LE");
            }
            if (bytes.startsWith("\0\0\u00FE\u00FF")) {
                return Charset.forName("UTF-32BE");
            }
            if (bytes.startsWith("\u00FF\u00FE") || bytes.matches("(?s)[<{]\0.*")) {
                return StandardCharsets.UTF_16LE;
            }
            return bytes.startsWith("\u00FE\u00FF") || bytes.matches("(?s)\0[<{].*") ? StandardCharsets.UTF_16BE : null;
        }

        /** The first character that is not blank. */
        char first() {
            String text = text();
            return text.isEmpty() ? 0 : text.charAt(0);
        }

        private String text() {
            String decoded = wide == null
                    ? bytes
                    : new String(bytes.getBytes(StandardCharsets.ISO_8859_1), wide).replace("\uFEFF", "");
            return (decoded.startsWith(BYTE_ORDER_MARK) ? decoded.substring(BYTE_ORDER_MARK.length()) : decoded)
                    .stripLeading();
        }

        void requireText() {
            if (text().isEmpty()) {
                throw new ImportRefused("is empty", null);
            }
            if ((wide == null && bytes.indexOf(0) >= 0) || BINARY.stream().anyMatch(bytes::startsWith)) {
                throw new ImportRefused("is a binary file, not a listing or feed. " + TAKEN, null);
            }
        }

        void requireListing() {
            if (wide != null) {
                throw new ImportRefused(1, "byte 1 of the file is not UTF-8 but UTF-16: save the file as UTF-8");
            }
            if (text().regionMatches(true, 0, "BEGIN:V", 0, 7)) {
                throw new ImportRefused(1, "this is a calendar or a card, not a feed. " + TAKEN);
            }
        }

        /** What the file says in characters, without a byte order mark. */
        Reader reader(InputStream input) throws IOException {
            Reader reader = decoder(input);
            PushbackReader marked = new PushbackReader(reader);
            int first = marked.read();
            if (first >= 0 && first != '\uFEFF') {
                marked.unread(first);
            }
            return marked;
        }

        private Reader decoder(InputStream input) {
            if (wide != null) {
                return new InputStreamReader(input, wide);
            }
            Matcher declared = ENCODING.matcher(bytes);
            if (bytes.startsWith(BYTE_ORDER_MARK) || !declared.lookingAt()) {
                return new InputStreamReader(new Utf8Input(input), StandardCharsets.UTF_8);
            }
            Charset charset = charset(declared.group(1).strip());
            return isOfSingleBytes(charset) ? new FeedDecoder(input, charset) : new InputStreamReader(input, charset);
        }

        /** Windows-1252 where Latin-1, UTF-8 or nothing that is known is declared: it is what such bytes mean. */
        private static Charset charset(String name) {
            try {
                Charset charset = Charset.forName(name.toLowerCase(Locale.ROOT).startsWith("utf") ? "UTF-8" : name);
                return LATIN.contains(charset) ? WINDOWS : charset;
            } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
                return WINDOWS;
            }
        }

        private static boolean isOfSingleBytes(Charset charset) {
            return charset.canEncode() && charset.newEncoder().maxBytesPerChar() <= 1;
        }
    }
}
