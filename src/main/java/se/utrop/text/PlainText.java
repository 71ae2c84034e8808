package se.utrop.text;

import java.text.Normalizer;
import java.util.regex.Pattern;

/** Text in Unicode's normal form C, without invisible characters. */
public final class PlainText {

    private static final Pattern LINE_BREAK = Pattern.compile("\\R");
    private static final Pattern SPACE = Pattern.compile("[\\x{A0}\\x{2007}\\x{202F}]");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\x{FEFF}&&[^\\n\\t]]");

    private PlainText() {}

    /** One line: line breaks and tabs become spaces. */
    public static String line(String text) {
        return clean(LINE_BREAK.matcher(text).replaceAll(" ").replace('\t', ' '))
                .strip();
    }

    /** Any number of lines, each ended by a line feed. */
    public static String prose(String text) {
        return clean(LINE_BREAK.matcher(text).replaceAll("\n")).strip();
    }

    /** At most {@code length} characters, cut between words where there is more than one. */
    public static String start(String text, int length) {
        if (text.codePointCount(0, text.length()) <= length) {
            return text;
        }
        String kept = text.substring(0, text.offsetByCodePoints(0, length - 1));
        int space = kept.lastIndexOf(' ');
        return (space > 0 ? kept.substring(0, space) : kept).strip() + "…";
    }

    private static String clean(String text) {
        String spaced = SPACE.matcher(text).replaceAll(" ");
        return Normalizer.normalize(CONTROL.matcher(spaced).replaceAll(""), Normalizer.Form.NFC);
    }
}
