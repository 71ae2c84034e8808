package se.utrop.text;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** The form of a title or name in an address: {@code Mälarens å} becomes {@code malarens-a}. */
public final class Slug {

    private static final int LONGEST = 80;

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern OTHERS = Pattern.compile("[^a-z0-9]+");
    private static final Pattern SLUG = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final Pattern OUTER_HYPHENS = Pattern.compile("^-|-$");

    private Slug() {}

    /** At most 80 characters, cut between words; {@code fallback} where the text holds no letter or digit of ours. */
    public static String of(String text, String fallback) {
        String slug = cut(OUTER_HYPHENS.matcher(hyphenated(text)).replaceAll(""));
        return slug.isEmpty() ? fallback : slug;
    }

    /** The slug itself for the first that wants it, {@code slug-2} for the second. */
    public static String numbered(String slug, int number) {
        return number == 1 ? slug : slug + "-" + number;
    }

    /** Whether a text could be one. */
    public static boolean isSlug(String text) {
        return SLUG.matcher(text).matches();
    }

    private static String hyphenated(String text) {
        return OTHERS.matcher(plain(text.toLowerCase(Locale.ROOT))).replaceAll("-");
    }

    private static String plain(String text) {
        String parted = text.replace("æ", "ae")
                .replace("œ", "oe")
                .replace("ø", "o")
                .replace("ß", "ss")
                .replace("ð", "d")
                .replace("þ", "th")
                .replace("ł", "l")
                .replace("đ", "d");
        return MARKS.matcher(Normalizer.normalize(parted, Normalizer.Form.NFD)).replaceAll("");
    }

    private static String cut(String slug) {
        if (slug.length() <= LONGEST) {
            return slug;
        }
        int end = slug.lastIndexOf('-', LONGEST);
        return slug.substring(0, end < 0 ? LONGEST : end);
    }
}
