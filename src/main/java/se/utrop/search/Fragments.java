package se.utrop.search;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.web.util.HtmlUtils;
import se.utrop.text.Characters;

/** The fragments of a news item's text that match, as HTML with {@code <mark>} and no other element. */
final class Fragments {

    /** What the database puts around hits: no text of a news item holds these. */
    static final char START = '\u0002';

    static final char STOP = '\u0003';

    /** At most. */
    private static final int MOST = 3;

    /** In characters, about. */
    private static final int LENGTH = 160;

    private Fragments() {}

    /**
     * Those of the texts of a news item, the first texts first.
     *
     * @param marked the same texts with hits marked; letter for letter, but for signs that became spaces and for invisible
     *     characters, which are left out
     */
    static List<String> of(List<String> texts, List<String> marked) {
        List<String> fragments = new ArrayList<>();
        for (int i = 0; i < texts.size() && fragments.size() < MOST; i++) {
            add(fragments, texts.get(i), inText(texts.get(i), marks(marked.get(i))));
        }
        return List.copyOf(fragments);
    }

    private static List<Mark> marks(String marked) {
        List<Mark> marks = new ArrayList<>();
        int signs = 0;
        int start = 0;
        for (int i = 0; i < marked.length(); i++) {
            if (marked.charAt(i) == START) {
                start = i - signs++;
            } else if (marked.charAt(i) == STOP) {
                marks.add(new Mark(start, i - signs++));
            }
        }
        return marks;
    }

    /** The same marks in the text with its invisible characters. */
    private static List<Mark> inText(String text, List<Mark> marks) {
        int[] visible = visible(text);
        return marks.stream()
                .filter(mark -> mark.start() < mark.end() && mark.end() <= visible.length)
                .map(mark -> new Mark(visible[mark.start()], visible[mark.end() - 1] + 1))
                .toList();
    }

    /** Where the characters stand that a reader sees. */
    private static int[] visible(String text) {
        return IntStream.range(0, text.length())
                .filter(i -> !Characters.isInvisible(codePoint(text, i)))
                .toArray();
    }

    /** The character that this half of a surrogate pair belongs to. */
    private static int codePoint(String text, int index) {
        boolean isSecond = index > 0 && Character.isSurrogatePair(text.charAt(index - 1), text.charAt(index));
        return text.codePointAt(isSecond ? index - 1 : index);
    }

    /** Each fragment begins a little before the first hit that is in none yet. */
    private static void add(List<String> fragments, String text, List<Mark> marks) {
        int shown = 0;
        for (Mark mark : marks) {
            if (fragments.size() == MOST) {
                return;
            }
            if (mark.start() >= shown && mark.end() <= text.length()) {
                int start = start(text, mark.start(), shown);
                int end = end(text, start, mark.end());
                fragments.add(html(text, start, end, marks));
                shown = end;
            }
        }
    }

    private static int start(String text, int hit, int shown) {
        if (text.length() <= LENGTH) {
            return 0;
        }
        int earliest = Math.max(shown, Math.min(hit - LENGTH / 4, text.length() - LENGTH));
        int space = text.indexOf(' ', earliest);
        return earliest == shown ? shown : space < 0 || space >= hit ? hit : space + 1;
    }

    private static int end(String text, int start, int hit) {
        int latest = Math.max(start + LENGTH, hit);
        if (latest >= text.length()) {
            return text.length();
        }
        return Math.max(text.lastIndexOf(' ', latest), hit);
    }

    private static String html(String text, int start, int end, List<Mark> marks) {
        StringBuilder html = new StringBuilder(start == 0 ? "" : "… ");
        int done = start;
        for (Mark mark : marks) {
            if (mark.start() >= done && mark.end() <= end) {
                html.append(escaped(text, done, mark.start()))
                        .append("<mark>")
                        .append(escaped(text, mark.start(), mark.end()))
                        .append("</mark>");
                done = mark.end();
            }
        }
        return html.append(escaped(text, done, end))
                .append(end == text.length() ? "" : " …")
                .toString();
    }

    private static String escaped(String text, int start, int end) {
        return HtmlUtils.htmlEscape(text.substring(start, end).replaceAll("\\s+", " "), StandardCharsets.UTF_8.name());
    }

    private record Mark(int start, int end) {}
}
