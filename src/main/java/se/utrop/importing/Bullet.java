package se.utrop.importing;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import se.utrop.importing.ListingReader.Line;

/**
 * What the items of a listing begin with.
 *
 * @param indent the greatest indentation of an item's line: what is indented more belongs to the item
 */
record Bullet(Pattern pattern, int indent) {

    /** What is nothing but a bullet. */
    private static final Pattern PLAIN = Pattern.compile("[•‣▪●◦](.*)");

    /** What may begin a line of a text too, when no plain bullet is there. */
    private static final List<Pattern> OTHERS = Stream.of(
                    "[■□▫○◆◇►▸➢➤✓∙⁃](.*)",
                    "\\*(?:\\s+(.*))?",
                    "-(?:\\s+(.*))?",
                    "[–—](?:\\s+(.*))?",
                    "\\+(?:\\s+(.*))?",
                    "·(.*)",
                    "\\d{1,4}[.)](?:\\s+(.*))")
            .map(Pattern::compile)
            .toList();

    static @Nullable Bullet of(List<Line> lines) {
        if (lines.stream().anyMatch(line -> PLAIN.matcher(line.text()).matches())) {
            return new Bullet(PLAIN, Integer.MAX_VALUE);
        }
        for (Line line : lines) {
            for (Pattern pattern : OTHERS) {
                if (pattern.matcher(line.text()).matches() && StatedDay.alone(line.text()) == null) {
                    return new Bullet(pattern, line.indent() + 1);
                }
            }
        }
        return null;
    }

    /** The title behind the bullet, or null where the line begins no item. */
    @Nullable
    String title(Line line) {
        Matcher item = pattern.matcher(line.text());
        if (line.indent() > indent || !item.matches()) {
            return null;
        }
        String title = item.group(1);
        return title == null ? "" : title.strip();
    }
}
