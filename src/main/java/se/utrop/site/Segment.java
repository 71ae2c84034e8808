package se.utrop.site;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.DeltaType;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A part of two versions of a text: in both, only in the former, or only in the latter. */
record Segment(Kind kind, String text) {

    enum Kind {
        KEPT,
        REMOVED,
        ADDED
    }

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+|\\s+|.", Pattern.DOTALL);

    private static final Pattern LINE = Pattern.compile(".*\\R?");

    /** Longer texts are compared line by line: the time that a comparison takes grows with the differences. */
    private static final int LONGEST_BY_WORD = 20_000;

    /** How much is shown of a long text that both versions have, on each side of a change. */
    private static final int CONTEXT = 80;

    /** Compares two texts word by word. */
    static List<Segment> between(String before, String after) {
        Pattern unit = before.length() + after.length() > LONGEST_BY_WORD ? LINE : WORD;
        List<Segment> segments = new ArrayList<>();
        for (AbstractDelta<String> delta :
                DiffUtils.diff(units(unit, before), units(unit, after), true).getDeltas()) {
            if (delta.getType() == DeltaType.EQUAL) {
                add(segments, Kind.KEPT, shortened(text(delta.getSource().getLines())));
            } else {
                add(segments, Kind.REMOVED, text(delta.getSource().getLines()));
                add(segments, Kind.ADDED, text(delta.getTarget().getLines()));
            }
        }
        return segments;
    }

    private static List<String> units(Pattern unit, String text) {
        return unit.matcher(text).results().map(MatchResult::group).toList();
    }

    private static String text(List<String> units) {
        return String.join("", units);
    }

    private static void add(List<Segment> segments, Kind kind, String text) {
        if (!text.isEmpty()) {
            segments.add(new Segment(kind, text));
        }
    }

    private static String shortened(String text) {
        return text.length() <= 3 * CONTEXT
                ? text
                : text.substring(0, text.offsetByCodePoints(0, CONTEXT)) + " […] "
                        + text.substring(text.offsetByCodePoints(text.length(), -CONTEXT));
    }
}
