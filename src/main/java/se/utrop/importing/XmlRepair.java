package se.utrop.importing;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Entities;

/**
 * XML as feeds write it, made well-formed where what is meant is clear: HTML's entities without a declaration, bare ampersands,
 * references to the C1 controls that mean Windows-1252, control characters, and prefixes that nothing declares. A DOCTYPE is
 * left out, so that nothing in it is ever loaded or expanded. Lines stay where they are.
 */
final class XmlRepair extends Reader {

    private static final int LONGEST_TAG = 1_000_000;
    private static final int LONGEST_NAME = 40;
    private static final Charset WINDOWS = Charset.forName("windows-1252");

    private static final Set<String> XML_ENTITIES = Set.of("amp", "lt", "gt", "quot", "apos");
    private static final Pattern ENTITY = Pattern.compile("<!ENTITY\\s+([^\\s%]+)\\s");
    private static final Pattern REFERENCE = Pattern.compile("&(?:(#?\\w{1,40});)?");
    private static final Pattern NUMBER = Pattern.compile("#(?:[xX]([0-9A-Fa-f]{1,8})|([0-9]{1,9}))");
    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"|'[^']*'");
    private static final Pattern PREFIXED = Pattern.compile("(?:^<|\\s)([\\p{L}_][\\w.-]*):([\\p{L}_][\\w.-]*)");

    private static final Map<String, String> KNOWN_PREFIXES = Map.of(
            "rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
            "dc", "http://purl.org/dc/elements/1.1/",
            "dcterms", "http://purl.org/dc/terms/",
            "content", "http://purl.org/rss/1.0/modules/content/",
            "media", "http://search.yahoo.com/mrss/",
            "atom", "http://www.w3.org/2005/Atom",
            "wp", "http://wordpress.org/export/1.2/",
            "excerpt", "http://wordpress.org/export/1.2/excerpt/",
            "itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd",
            "news", "http://www.google.com/schemas/sitemap-news/0.9");

    private enum Place {
        TEXT,
        CDATA,
        COMMENT,
        INSTRUCTION
    }

    private final Reader input;
    private final StringBuilder out = new StringBuilder();
    private final StringBuilder ahead = new StringBuilder();
    private final char[] buffer = new char[8_192];
    private final Set<String> declared = new HashSet<>(Set.of("xml", "xmlns"));
    private int given;
    private Place place = Place.TEXT;
    private boolean begun;
    private long line = 1;
    private char high;

    XmlRepair(Reader input) {
        this.input = input;
    }

    @Override
    public int read(char[] target, int start, int length) throws IOException {
        while (given == out.length()) {
            out.setLength(0);
            given = 0;
            if (!fill()) {
                return -1;
            }
        }
        int count = Math.min(length, out.length() - given);
        out.getChars(given, given + count, target, start);
        given += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        input.close();
    }

    private boolean fill() throws IOException {
        if (!has(1)) {
            return false;
        }
        switch (place) {
            case CDATA -> {
                if (pass("]]>", true)) {
                    out.append("]]>");
                }
            }
            case COMMENT -> pass("-->", false);
            case INSTRUCTION -> pass("?>", false);
            case TEXT -> {
                switch (ahead.charAt(0)) {
                    case '<' -> markup();
                    case '&' -> reference();
                    default -> text();
                }
            }
        }
        return true;
    }

    /** Passes on or leaves out what comes before the end of a section, and whether that end was reached. */
    private boolean pass(String end, boolean kept) throws IOException {
        has(end.length());
        int found = ahead.indexOf(end);
        int length = found >= 0 ? found : Math.max(1, ahead.length() - end.length() + 1);
        append(take(Math.min(length, ahead.length())), kept);
        if (found >= 0) {
            take(end.length());
            place = Place.TEXT;
        }
        return found >= 0;
    }

    private void markup() throws IOException {
        if (follows("<!--")) {
            enter(Place.COMMENT, 4);
        } else if (follows("<![CDATA[")) {
            enter(Place.CDATA, 9);
            out.append("<![CDATA[");
        } else if (follows("<?")) {
            enter(Place.INSTRUCTION, 2);
        } else if (follows("<!DOCTYPE") || follows("<!doctype")) {
            doctype();
        } else if (has(2) && (Character.isLetter(ahead.charAt(1)) || "/_:".indexOf(ahead.charAt(1)) >= 0)) {
            begun = true;
            tag(take(tagLength(1)));
        } else {
            take(1);
            out.append("&lt;");
        }
    }

    private void enter(Place section, int length) {
        take(length);
        place = section;
    }

    private void text() {
        int length = 0;
        while (length < ahead.length() && ahead.charAt(length) != '<' && ahead.charAt(length) != '&') {
            length++;
        }
        String text = take(length);
        // what ends a CDATA section may stand nowhere else
        append(text.replace(">", "&gt;"), begun || !text.isBlank());
    }

    private void reference() throws IOException {
        int length = 1;
        while (length <= LONGEST_NAME && has(length + 1) && isNamePart(ahead.charAt(length))) {
            length++;
        }
        boolean whole = has(length + 1) && ahead.charAt(length) == ';';
        out.append(whole ? entity(take(length + 1).substring(1, length)) : escaped(take(1)));
    }

    private static boolean isNamePart(char c) {
        return c == '#' || (c < 128 && Character.isLetterOrDigit(c));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private String entity(String name) {
        if (XML_ENTITIES.contains(name)) {
            return "&" + name + ";";
        }
        Matcher number = NUMBER.matcher(name);
        if (number.matches()) {
            return character(number);
        }
        String meant = Entities.getByName(name);
        return meant.isEmpty() ? "&amp;" + name + ";" : escaped(meant);
    }

    private String character(MatchResult number) {
        int code = number.group(1) == null
                ? Integer.parseInt(number.group(2))
                : (int) Math.min(Long.parseLong(number.group(1), 16), Integer.MAX_VALUE);
        if (code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE) {
            return surrogate((char) code);
        }
        if (!Character.isValidCodePoint(code) || (code < 0x10000 && clean((char) code) == 0)) {
            return "";
        }
        int meant = code < 0x10000 ? clean((char) code) : code;
        return "&#%d;".formatted(meant);
    }

    /** Half of a character: some software refers to both halves, one behind the other. */
    private String surrogate(char half) {
        char before = high;
        high = Character.isHighSurrogate(half) ? half : 0;
        return Character.isLowSurrogate(half) && before != 0
                ? "&#%d;".formatted(Character.toCodePoint(before, half))
                : "";
    }

    private void tag(String tag) {
        String referenced = REFERENCE
                .matcher(tag)
                .replaceAll(
                        found -> Matcher.quoteReplacement(found.group(1) == null ? "&amp;" : entity(found.group(1))));
        String inside = referenced.charAt(0) + referenced.substring(1).replace("<", "&lt;");
        append(inside.indexOf(':') >= 0 && inside.charAt(1) != '/' ? withPrefixes(inside) : inside, true);
    }

    private String withPrefixes(String tag) {
        Matcher prefixed = PREFIXED.matcher(QUOTED.matcher(tag).replaceAll(""));
        Set<String> used = new HashSet<>();
        while (prefixed.find()) {
            if (prefixed.group(1).equals("xmlns")) {
                declared.add(prefixed.group(2));
            } else {
                used.add(prefixed.group(1));
            }
        }
        used.removeAll(declared);
        if (used.isEmpty() || !tag.endsWith(">")) {
            return tag;
        }
        int end = tag.length() - (tag.endsWith("/>") ? 2 : 1);
        StringBuilder repaired = new StringBuilder(tag.substring(0, end));
        used.forEach(prefix -> repaired.append(
                " xmlns:%s=\"%s\"".formatted(prefix, KNOWN_PREFIXES.getOrDefault(prefix, "urn:undeclared:" + prefix))));
        return repaired.append(tag, end, tag.length()).toString();
    }

    private void doctype() throws IOException {
        String doctype = take(tagLength(9));
        Matcher entity = ENTITY.matcher(doctype);
        while (entity.find()) {
            if (!XML_ENTITIES.contains(entity.group(1)) && !Entities.isNamedEntity(entity.group(1))) {
                throw new ImportRefused(
                        line,
                        "has a DOCTYPE that declares the entity «%s», but entities are never expanded: remove it"
                                .formatted(entity.group(1)));
            }
        }
        append(doctype, false);
    }

    /** How long the tag or declaration is that lies ahead, to the {@code >} outside of quotes, brackets and comments. */
    private int tagLength(int from) throws IOException {
        char quote = 0;
        int depth = 0;
        for (int i = from; has(i + 1); i++) {
            char c = ahead.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (depth > 0 && c == '-' && ahead.substring(i - 3, i + 1).equals("<!--")) {
                i = commentEnd(i);
            } else if (c == '>' && depth == 0) {
                return i + 1;
            } else if (from > 1) {
                depth += c == '[' ? 1 : c == ']' ? -1 : 0;
            }
            if (i > LONGEST_TAG) {
                throw new ImportRefused(line, "has a tag of more than %,d characters".formatted(LONGEST_TAG));
            }
        }
        return ahead.length();
    }

    private int commentEnd(int from) throws IOException {
        int i = from;
        while (has(i + 1) && i < LONGEST_TAG && !ahead.substring(i - 2, i + 1).equals("-->")) {
            i++;
        }
        return i;
    }

    private void append(String text, boolean kept) {
        for (int i = 0; i < text.length(); i++) {
            char c = kept || text.charAt(i) == '\n' ? clean(text.charAt(i)) : 0;
            if (c != 0) {
                out.append(c);
            }
        }
    }

    /** The character itself, what Windows-1252 means by it, or 0 where XML has no such character. */
    private static char clean(char c) {
        if (c >= 0x80 && c <= 0x9F) {
            char meant = WINDOWS.decode(ByteBuffer.wrap(new byte[] {(byte) c})).get(0);
            return meant == '\uFFFD' || meant == c ? 0 : meant;
        }
        boolean allowed = c == '\t' || c == '\n' || c == '\r' || (c >= ' ' && c < '\uFFFE' && c != '\u007F');
        return allowed ? c : 0;
    }

    private boolean follows(String text) throws IOException {
        return has(text.length()) && ahead.substring(0, text.length()).equals(text);
    }

    /** Whether so many characters lie ahead. */
    private boolean has(int count) throws IOException {
        while (ahead.length() < count) {
            int read = input.read(buffer);
            if (read < 0) {
                return false;
            }
            ahead.append(buffer, 0, read);
        }
        return true;
    }

    private String take(int length) {
        String taken = ahead.substring(0, length);
        ahead.delete(0, length);
        line += taken.chars().filter(c -> c == '\n').count();
        return taken;
    }
}
