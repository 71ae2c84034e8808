package se.utrop.text;

import java.text.Normalizer;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Characters that a reader doesn't see, or that make a text read otherwise than it is stored. The functions of the same names
 * in the database ({@code without_invisible}, {@code shows_something}, {@code is_misleading}) follow the same rules.
 *
 * @see <a href="https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point">Default_Ignorable_Code_Point</a>
 * @see <a href="https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters">UAX #9, directional formatting</a>
 * @see <a href="https://www.unicode.org/reports/tr39/">UTS #39, Unicode Security Mechanisms</a>
 */
public final class Characters {

    /** A character of a word, as a regular expression. */
    public static final String WORD_CHARACTER = "[\\p{L}\\p{N}\\p{M}]";

    /** Default_Ignorable_Code_Point. */
    private static final String INVISIBLE =
            "\\x{AD}\\x{34F}\\x{61C}\\x{115F}\\x{1160}\\x{17B4}\\x{17B5}\\x{180B}-\\x{180F}"
                + "\\x{200B}-\\x{200F}\\x{202A}-\\x{202E}\\x{2060}-\\x{206F}\\x{3164}\\x{FE00}-\\x{FE0F}\\x{FEFF}\\x{FFA0}"
                + "\\x{FFF0}-\\x{FFF8}\\x{1BCA0}-\\x{1BCA3}\\x{1D173}-\\x{1D17A}\\x{E0000}-\\x{E0FFF}";

    /** Bidi_Control, and the tag characters. */
    private static final String MISLEADING =
            "\\x{61C}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}\\x{E0000}-\\x{E007F}";

    /** The Braille pattern without dots is a symbol, but a blank one. */
    private static final String BLANK = "\\s\\p{Z}\\x{85}\\x{2800}";

    /**
     * Scripts and symbols that use joiners: all behind Hebrew but Latin, Greek and punctuation. The last range is not written
     * with escapes, because a lookbehind sees surrogate pairs only where the pattern has some.
     */
    private static final String JOINED =
            "[\\x{600}-\\x{1DFF}\\x{2190}-\\x{27FF}\\x{2900}-\\x{2BFF}\\x{3000}-\\x{A71F}\\x{A800}-\\x{AB2F}"
                    + "\\x{AB70}-\\x{D7FF}\\x{FB1D}-\\x{FE0F}\uD800\uDC00-\uDB3F\uDFFF]";

    private static final Pattern INVISIBLES = Pattern.compile("[" + INVISIBLE + "]+");

    private static final Pattern MISLEADINGS = Pattern.compile("[" + MISLEADING + "]");

    /** Lone marks, once the text has no invisible characters. */
    private static final Pattern LONE_MARKS = Pattern.compile("(?<![^" + BLANK + "])\\p{M}+");

    private static final Pattern VISIBLE =
            Pattern.compile("[^" + INVISIBLE + BLANK + "\\p{M}\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}\\p{Cn}]");

    /** Variation selectors choose between glyphs, and joiners shape scripts and emoji: both stay where they mean something. */
    private static final Pattern MEANINGLESS =
            Pattern.compile("(?!(?<=" + JOINED + ")[\\x{200C}\\x{200D}](?=" + JOINED + "))"
                    + "(?!(?<=[^" + BLANK + "])[\\x{180B}-\\x{180D}\\x{180F}\\x{FE00}-\\x{FE0F}\\x{E0100}-\\x{E01EF}])"
                    + "[" + INVISIBLE + "]");

    private static final Pattern BLANKS = Pattern.compile("[" + BLANK + "]+");

    private Characters() {}

    /** The text as searches and comparisons take it: no invisible character counts. */
    public static String withoutInvisible(String text) {
        return INVISIBLES.matcher(text).replaceAll("");
    }

    public static boolean isInvisible(int character) {
        return INVISIBLES.matcher(Character.toString(character)).matches();
    }

    /** Whether a reader sees anything of the text. */
    public static boolean showsSomething(String text) {
        return VISIBLE.matcher(text).find();
    }

    /** The first character that changes the direction of the text, or is a tag. */
    public static OptionalInt firstMisleading(String text) {
        Matcher misleading = MISLEADINGS.matcher(text);
        return misleading.find() ? OptionalInt.of(misleading.group().codePointAt(0)) : OptionalInt.empty();
    }

    /** Whether a combining mark follows no character that it could combine with. */
    public static boolean hasLoneMark(String text) {
        return LONE_MARKS.matcher(withoutInvisible(text)).find();
    }

    /** Whether a line may read otherwise than it is stored, or shows nothing. */
    public static boolean isMisleading(String text) {
        return !showsSomething(text) || firstMisleading(text).isPresent() || hasLoneMark(text);
    }

    /**
     * Text of an editor: without the invisible characters that mean nothing there, such as soft hyphens and zero-width
     * spaces. It stays in normal form C.
     */
    public static String clean(String text) {
        return normal(MEANINGLESS.matcher(text).replaceAll(""));
    }

    /** Text of a file, where nobody can be asked: without misleading characters and lone marks too. */
    public static String tidy(String text) {
        return LONE_MARKS.matcher(clean(readable(text))).replaceAll("").strip();
    }

    /** Text with markup, of a file: without misleading characters; soft hyphens and the like stay for layout. */
    public static String readable(String text) {
        return normal(MISLEADINGS.matcher(text).replaceAll(""));
    }

    /** With single spaces in the place of blanks: for names that are compared. */
    public static String name(String text) {
        return BLANKS.matcher(text).replaceAll(" ").strip();
    }

    private static String normal(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }
}
