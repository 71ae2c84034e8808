package se.utrop.importing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import se.utrop.text.PlainText;

/** Reads a newsroom's listing page that was copied into a text file. */
final class ListingReader {

    private static final String BULLETS = "•‣▪●◦";

    private static final int LONGEST_LINE = 200_000;

    private final Reader text;
    private final List<Entry> entries = new ArrayList<>();
    private final Entry heading = new Entry(new Line(1, "", true));
    private long lineNumber = 1;
    private boolean afterReturn;

    private ListingReader(InputStream input) {
        this.text = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
    }

    static List<ListingItem> read(InputStream input) throws IOException {
        ListingReader reader = new ListingReader(input);
        reader.readEntries();
        return reader.items();
    }

    private record Line(long number, String text, boolean ended) {

        boolean isBullet() {
            return !text.isEmpty() && BULLETS.indexOf(text.charAt(0)) >= 0;
        }
    }

    /** A bullet's line and what stands below it, in paragraphs. */
    private record Entry(Line first, List<List<Line>> paragraphs) {

        Entry(Line first) {
            this(first, new ArrayList<>());
        }

        String title() {
            return first.text().substring(1).strip();
        }

        Line last() {
            return paragraphs.isEmpty() ? first : paragraphs.getLast().getLast();
        }

        @Nullable
        TopicLine topics() {
            if (paragraphs.isEmpty() || paragraphs.getLast().size() > 1) {
                return null;
            }
            TopicLine topics = TopicLine.of(last().text());
            return topics.isPlausible() ? topics : null;
        }

        ListingItem item() {
            TopicLine topics = topics();
            int teaserLength = paragraphs.size() - (topics == null ? 0 : 1);
            if (title().isEmpty()) {
                throw new ImportRefused(
                        first.number(), "a bullet without a title on its line: write the title after it");
            }
            if (teaserLength == 0) {
                throw new ImportRefused(first.number(), "«%s» has no teaser".formatted(PlainText.start(title(), 60)));
            }
            String teaser = paragraphs.subList(0, teaserLength).stream()
                    .map(Entry::joined)
                    .collect(Collectors.joining("\n\n"));
            return new ListingItem(first.number(), title(), teaser, topics == null ? List.of() : topics.names());
        }

        private static String joined(List<Line> paragraph) {
            return paragraph.stream().map(Line::text).collect(Collectors.joining("\n"));
        }
    }

    private void readEntries() throws IOException {
        boolean parted = true;
        for (Line line = nextLine(); line != null; line = nextLine()) {
            if (line.isBullet()) {
                entries.add(new Entry(line));
            } else if (!line.text().isEmpty()) {
                add(line, parted);
            }
            parted = line.isBullet() || line.text().isEmpty();
        }
    }

    private void add(Line line, boolean parted) {
        List<List<Line>> paragraphs = (entries.isEmpty() ? heading : entries.getLast()).paragraphs();
        if (parted) {
            paragraphs.add(new ArrayList<>());
        }
        paragraphs.getLast().add(line);
    }

    private List<ListingItem> items() {
        if (entries.isEmpty()) {
            throw new ImportRefused(1, "no line begins with a bullet (•): this is neither a listing nor a feed");
        }
        if (heading.paragraphs().size() > 1) {
            throw new ImportRefused(
                    heading.paragraphs().get(1).getFirst().number(),
                    "text before the first bullet: only a heading may stand there");
        }
        List<ListingItem> items = entries.stream().map(Entry::item).toList();
        requireEnd(entries.getLast(), items.subList(0, items.size() - 1));
        return items;
    }

    private static void requireEnd(Entry last, List<ListingItem> others) {
        TopicLine topics = last.topics();
        if (topics == null) {
            throw new ImportRefused(
                    last.last().number(), "the last item has no line of topics: the file seems cut off");
        }
        Set<String> known =
                others.stream().flatMap(item -> item.topics().stream()).collect(Collectors.toSet());
        String name = topics.names().getLast();
        if (!last.last().ended() && (topics.isCut(known) || (!known.isEmpty() && !known.contains(name)))) {
            throw new ImportRefused(
                    last.last().number(),
                    "the topic «%s» lacks its end: the file seems cut off; if it isn't, end the line with a line break"
                            .formatted(name));
        }
    }

    private @Nullable Line nextLine() throws IOException {
        StringBuilder line = new StringBuilder();
        int next = nextCharacter();
        if (next < 0) {
            return null;
        }
        for (; next >= 0 && next != '\n'; next = nextCharacter()) {
            line.append((char) next);
            if (line.length() > LONGEST_LINE) {
                throw new ImportRefused(lineNumber, "a line of more than %,d characters".formatted(LONGEST_LINE));
            }
        }
        return new Line(lineNumber++, PlainText.line(line.toString()), next >= 0);
    }

    /** Line breaks of every system come as a line feed. */
    private int nextCharacter() throws IOException {
        int next = text.read();
        if (next == '\n' && afterReturn) {
            next = text.read();
        }
        afterReturn = next == '\r';
        return afterReturn ? '\n' : next;
    }
}
