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

    private static final int LONGEST_LINE = 200_000;

    private final Reader text;
    private final Faults faults;
    private final List<Entry> entries = new ArrayList<>();
    private final Entry heading = new Entry(new Line(1, "", 0, true), "", null);
    private long lineNumber = 1;
    private boolean afterReturn;
    private boolean daysAbove;

    private ListingReader(InputStream input, Faults faults) {
        this.text = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
        this.faults = faults;
    }

    static List<ListingItem> read(InputStream input, Faults faults) throws IOException {
        ListingReader reader = new ListingReader(input, faults);
        reader.readEntries();
        return reader.items();
    }

    /** A line without blanks around it, and how far it is indented. */
    record Line(long number, String text, int indent, boolean ended) {}

    /** A bullet's line and what stands below it, in paragraphs; {@code day} is the one of the heading above. */
    private record Entry(Line first, String title, @Nullable StatedDay above, List<List<Line>> paragraphs) {

        Entry(Line first, String title, @Nullable StatedDay above) {
            this(first, title, above, new ArrayList<>());
        }

        Line last() {
            return paragraphs.isEmpty() ? first : paragraphs.getLast().getLast();
        }

        /** The day of a paragraph that is a day and nothing else. */
        @Nullable
        StatedDay dayOf(int paragraph) {
            List<Line> lines = paragraph < paragraphs.size() && paragraph >= 0 ? paragraphs.get(paragraph) : List.of();
            return lines.size() == 1 ? StatedDay.alone(lines.getFirst().text()) : null;
        }

        /** Takes out the paragraph that is a day, below the title or at the end; it is the day of the item. */
        Entry withoutDay() {
            for (int paragraph : new int[] {0, paragraphs.size() - 1}) {
                StatedDay day = dayOf(paragraph);
                if (day != null && paragraphs.size() > 1) {
                    List<List<Line>> rest = new ArrayList<>(paragraphs);
                    rest.remove(paragraph);
                    return new Entry(first, title, day, rest);
                }
            }
            return withoutLeadingDay();
        }

        private Entry withoutLeadingDay() {
            List<Line> lines = paragraphs.isEmpty() ? List.of() : paragraphs.getFirst();
            StatedDay day = lines.size() > 1 ? StatedDay.alone(lines.getFirst().text()) : null;
            if (day == null) {
                return this;
            }
            List<List<Line>> rest = new ArrayList<>(paragraphs);
            rest.set(0, lines.subList(1, lines.size()));
            return new Entry(first, title, day, rest);
        }

        @Nullable
        TopicLine topics() {
            if (paragraphs.isEmpty() || paragraphs.getLast().size() > 1) {
                return null;
            }
            TopicLine topics = TopicLine.of(last().text());
            return topics.isPlausible() ? topics : null;
        }

        ListingItem item(boolean withTopics) {
            TopicLine topics = withTopics ? topics() : null;
            int teaserLength = paragraphs.size() - (topics == null ? 0 : 1);
            if (title.isEmpty()) {
                throw new ImportRefused(
                        first.number(), "a bullet without a title on its line: write the title after it");
            }
            if (teaserLength == 0) {
                throw new ImportRefused(first.number(), "«%s» has no teaser".formatted(PlainText.start(title, 60)));
            }
            String teaser = paragraphs.subList(0, teaserLength).stream()
                    .map(Entry::joined)
                    .collect(Collectors.joining("\n\n"));
            return new ListingItem(first.number(), title, teaser, topics == null ? List.of() : topics.names(), above);
        }

        private static String joined(List<Line> paragraph) {
            return paragraph.stream().map(Line::text).collect(Collectors.joining("\n"));
        }
    }

    private void readEntries() throws IOException {
        List<Line> lines = new ArrayList<>();
        for (Line line = nextLine(); line != null; line = nextLine()) {
            lines.add(line);
        }
        Bullet bullet = Bullet.of(lines);
        boolean parted = true;
        StatedDay day = null;
        for (Line line : lines) {
            String title = bullet == null ? null : bullet.title(line);
            if (title != null) {
                day = dayAbove(day);
                entries.add(new Entry(line, title, day));
            } else if (!line.text().isEmpty()) {
                add(line, parted);
            }
            parted = title != null || line.text().isEmpty();
        }
    }

    /** Where a day stands above the first bullet, each day between items is the one of those below. */
    private @Nullable StatedDay dayAbove(@Nullable StatedDay before) {
        Entry above = entries.isEmpty() ? heading : entries.getLast();
        int last = above.paragraphs().size() - 1;
        StatedDay day = above.dayOf(last);
        if (day == null || (!entries.isEmpty() && !daysAbove)) {
            return before;
        }
        daysAbove = true;
        above.paragraphs().remove(last);
        return day;
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
            throw new ImportRefused(
                    1, "no line begins with a bullet (•): this is neither a listing nor a feed. " + SourceFormat.TAKEN);
        }
        requireHeading();
        List<Entry> whole = entries.stream().map(Entry::withoutDay).toList();
        boolean withTopics = haveTopics(whole);
        List<ListingItem> items = new ArrayList<>();
        for (Entry entry : whole.subList(0, whole.size() - 1)) {
            try {
                items.add(entry.item(withTopics));
            } catch (ImportRefused fault) {
                faults.leaveOut(fault);
            }
        }
        ListingItem last = lastItem(whole.getLast(), withTopics);
        requireEnd(whole.getLast(), withTopics, items);
        items.add(last);
        return items;
    }

    private static boolean haveTopics(List<Entry> entries) {
        long with = entries.stream()
                .filter(entry -> entry.paragraphs().size() > 1 && entry.topics() != null)
                .count();
        return with > 0 && with * 2 >= entries.size();
    }

    /** A file that is cut off shows it in its last item. */
    private ListingItem lastItem(Entry last, boolean withTopics) {
        try {
            return last.item(withTopics);
        } catch (ImportRefused fault) {
            faults.leaveOut(fault);
            throw faults.refusal();
        }
    }

    /** A heading and an introduction in sentences may stand above the first item; what else stands there may be news. */
    private void requireHeading() {
        List<List<Line>> paragraphs = heading.paragraphs();
        for (List<Line> paragraph : paragraphs.subList(Math.min(1, paragraphs.size()), paragraphs.size())) {
            if (!paragraph.getLast().text().matches(".*[.!?:…]")) {
                throw new ImportRefused(
                        paragraph.getFirst().number(),
                        "text before the first bullet: only a heading and an introduction may stand there");
            }
        }
    }

    private static void requireEnd(Entry last, boolean withTopics, List<ListingItem> others) {
        TopicLine topics = withTopics ? last.topics() : null;
        if (topics == null && withTopics) {
            throw new ImportRefused(
                    last.last().number(), "the last item has no line of topics: the file seems cut off");
        }
        if (topics == null) {
            requireSentence(last.last());
            return;
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

    private static void requireSentence(Line last) {
        if (!last.ended() && !last.text().matches(".*[.!?…\")”’]")) {
            throw new ImportRefused(
                    last.number(),
                    "the last line lacks its end: the file seems cut off; if it isn't, end the line with a line break");
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
        String text = PlainText.line(line.toString());
        return new Line(lineNumber++, text, indent(line), next >= 0);
    }

    private static int indent(CharSequence line) {
        int indent = 0;
        while (indent < line.length()
                && (Character.isWhitespace(line.charAt(indent)) || line.charAt(indent) == '\u00A0')) {
            indent++;
        }
        return indent;
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
