package se.utrop.text;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.DeltaType;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.springframework.web.util.HtmlUtils;

/**
 * Compares two versions of a text word by word.
 *
 * @see <a href="https://java-diff-utils.github.io/java-diff-utils/">java-diff-utils</a>
 */
public final class TextDiff {

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+|\\s+|.", Pattern.DOTALL);

    private static final Pattern LINE = Pattern.compile(".*\\R?");

    /** Longer texts are compared line by line: the time that a comparison takes grows with the differences. */
    private static final int LONGEST_BY_WORD = 20_000;

    /** How much is shown of a long text that both versions have, on each side of a change. */
    private static final int CONTEXT = 80;

    private TextDiff() {}

    /**
     * The differences as HTML that is safe to put on a page: what was removed is in {@code del} elements, and what was added is
     * in {@code ins} elements. Long passages without a change are shortened.
     */
    public static String toSafeHtml(String before, String after) {
        Pattern unit = before.length() + after.length() > LONGEST_BY_WORD ? LINE : WORD;
        StringBuilder html = new StringBuilder();
        for (AbstractDelta<String> delta :
                DiffUtils.diff(units(unit, before), units(unit, after), true).getDeltas()) {
            append(html, delta);
        }
        return html.toString();
    }

    private static void append(StringBuilder html, AbstractDelta<String> delta) {
        String removed = text(delta.getSource().getLines());
        if (delta.getType() == DeltaType.EQUAL) {
            html.append(escaped(shortened(removed)));
        } else {
            append(html, "del", removed);
            append(html, "ins", text(delta.getTarget().getLines()));
        }
    }

    private static void append(StringBuilder html, String element, String text) {
        if (!text.isEmpty()) {
            html.append('<').append(element).append('>').append(escaped(text));
            html.append("</").append(element).append('>');
        }
    }

    private static List<String> units(Pattern unit, String text) {
        return unit.matcher(text).results().map(MatchResult::group).toList();
    }

    private static String text(List<String> units) {
        return String.join("", units);
    }

    private static String escaped(String text) {
        return HtmlUtils.htmlEscape(text, "UTF-8");
    }

    private static String shortened(String text) {
        return text.length() <= 3 * CONTEXT
                ? text
                : text.substring(0, text.offsetByCodePoints(0, CONTEXT)) + " […] "
                        + text.substring(text.offsetByCodePoints(text.length(), -CONTEXT));
    }
}
