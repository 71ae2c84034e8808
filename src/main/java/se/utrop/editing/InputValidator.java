package se.utrop.editing;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import se.utrop.news.Figure;
import se.utrop.news.Image;
import se.utrop.text.Characters;
import se.utrop.text.CommonMark;
import se.utrop.text.PlainText;
import se.utrop.text.Slug;

/**
 * Validates and normalises what an editor wrote. Errors are collected; the value returned for invalid input must not be
 * used.
 */
final class InputValidator {

    static final int LINE = 300;
    static final int SUMMARY = 5_000;
    static final int BODY = 200_000;
    static final int NOTE = 2_000;
    static final int KEY = 200;

    private static final int ALT_TEXT = 1_000;
    private static final int SLUG = 100;
    private static final int ENTRIES = 100;

    private static final Pattern LINE_BREAK = Pattern.compile("[\\n\\r\\x{85}\\x{2028}\\x{2029}]");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cs}&&[^\\n\\r\\t\\x{85}]]");

    private final List<UserError> errors = new ArrayList<>();

    void mark(UserErrorCode code, InputPath place, String message) {
        errors.add(new UserError(code, message, place.path()));
    }

    boolean isSatisfied() {
        return errors.isEmpty();
    }

    List<UserError> errors() {
        return List.copyOf(errors);
    }

    /** One line of visible text. */
    String line(InputPath place, @Nullable String written, int longest) {
        String text = orEmpty(written).strip();
        if (LINE_BREAK.matcher(text).find() || text.indexOf('\t') >= 0) {
            mark(UserErrorCode.INVALID, place, place + " must be one line, without tabs");
        }
        return checked(place, text, Characters.clean(PlainText.line(text)).strip(), longest);
    }

    /** A line by which something is known: with single spaces in the place of blanks. */
    String name(InputPath place, @Nullable String written, int longest) {
        return Characters.name(line(place, written, longest));
    }

    /** Marks a stored line that editors would not be let through with, because the database doesn't take it again either. */
    String kept(InputPath place, String stored) {
        return checked(place, stored, stored, LINE);
    }

    /** Visible text of any number of lines. */
    String prose(InputPath place, @Nullable String written, int longest) {
        String text = orEmpty(written);
        return checked(place, text, PlainText.prose(text), longest);
    }

    /** Visible text without markup. */
    String plainProse(InputPath place, @Nullable String written, int longest) {
        String text = orEmpty(written);
        return checked(place, text, Characters.clean(PlainText.prose(text)).strip(), longest);
    }

    /** Visible text in CommonMark, which can write characters as entities. */
    String markup(InputPath place, String written, int longest) {
        String text = prose(place, written, longest);
        if (text.indexOf('&') >= 0 && Characters.firstMisleading(text).isEmpty()) {
            checkDirection(place, CommonMark.toPlainText(text));
        }
        return text;
    }

    @Nullable
    String markupOrNull(InputPath place, @Nullable String written, int longest) {
        return written == null ? null : markup(place, written, longest);
    }

    @Nullable
    String proseOrNull(InputPath place, @Nullable String written, int longest) {
        return written == null ? null : prose(place, written, longest);
    }

    private static String orEmpty(@Nullable String written) {
        return written == null ? "" : written;
    }

    private String checked(InputPath place, String written, String text, int longest) {
        if (CONTROL.matcher(written).find()) {
            mark(UserErrorCode.INVALID, place, place + " must not contain control characters");
        } else if (checkReadable(place, written) && !Characters.showsSomething(text)) {
            mark(UserErrorCode.BLANK, place, place + " must not be blank");
        }
        return within(place, text, longest);
    }

    private boolean checkReadable(InputPath place, String text) {
        if (!checkDirection(place, text)) {
            return false;
        }
        if (Characters.hasLoneMark(text)) {
            mark(
                    UserErrorCode.INVALID,
                    place,
                    place + " has a combining mark without a letter before it: remove the mark");
            return false;
        }
        return true;
    }

    private boolean checkDirection(InputPath place, String text) {
        OptionalInt misleading = Characters.firstMisleading(text);
        misleading.ifPresent(character -> mark(
                UserErrorCode.INVALID,
                place,
                "%s contains U+%04X, which is a tag character or changes the direction of text: remove it"
                        .formatted(place, character)));
        return misleading.isEmpty();
    }

    private String within(InputPath place, String text, int longest) {
        int length = text.codePointCount(0, text.length());
        if (length > longest) {
            mark(
                    UserErrorCode.TOO_LONG,
                    place,
                    "%s has %d characters, but at most %d are allowed: shorten it".formatted(place, length, longest));
        }
        return text;
    }

    /** For addresses: given, not made of a title. */
    String slug(InputPath place, String written) {
        if (written.isBlank()) {
            mark(UserErrorCode.BLANK, place, place + " must not be blank");
        } else if (!Slug.isSlug(written)) {
            mark(
                    UserErrorCode.INVALID,
                    place,
                    place + " must be lower-case ASCII letters and digits in words separated by single hyphens");
        }
        return within(place, written, SLUG);
    }

    @Nullable
    String url(InputPath place, @Nullable URI written) {
        return written == null ? null : address(place, written);
    }

    private String address(InputPath place, URI url) {
        checkDirection(place, url.toString());
        return plain(url);
    }

    /** With the scheme as the database has it. */
    private static String plain(URI url) {
        String scheme = url.getScheme();
        return scheme.toLowerCase(Locale.ROOT) + url.toString().substring(scheme.length());
    }

    @Nullable
    Image image(InputPath place, @Nullable Image image) {
        return image == null
                ? null
                : new Image(
                        URI.create(address(place.field("url"), image.url())),
                        image.altText().isEmpty() ? "" : line(place.field("altText"), image.altText(), ALT_TEXT),
                        pixels(place.field("width"), image.width()),
                        pixels(place.field("height"), image.height()),
                        lineOrNull(place.field("credit"), image.credit()));
    }

    private @Nullable Integer pixels(InputPath place, @Nullable Integer number) {
        if (number != null && number < 1) {
            mark(UserErrorCode.INVALID, place, place + " must be positive");
        }
        return number;
    }

    private @Nullable String lineOrNull(InputPath place, @Nullable String written) {
        return written == null ? null : line(place, written, LINE);
    }

    List<Figure> figures(InputPath place, @Nullable List<Figure> figures) {
        List<Figure> bounded = bounded(place, figures == null ? List.of() : figures);
        Set<String> names = new HashSet<>();
        List<Figure> read = new ArrayList<>();
        for (Figure figure : bounded) {
            InputPath entry = place.entry(read.size());
            read.add(figure(entry, figure));
            once(names, figure.name(), entry.field("name"));
        }
        return read;
    }

    private Figure figure(InputPath place, Figure figure) {
        return new Figure(
                slug(place.field("name"), figure.name()),
                line(place.field("label"), figure.label(), LINE),
                finite(place.field("value"), figure.value()),
                lineOrNull(place.field("unit"), figure.unit()),
                figure.change() == null ? null : finite(place.field("change"), figure.change()));
    }

    private double finite(InputPath place, double number) {
        if (!Double.isFinite(number)) {
            mark(UserErrorCode.INVALID, place, place + " is too large");
        }
        return number;
    }

    List<SeriesFigure> seriesFigures(InputPath place, @Nullable List<SeriesFigure> figures) {
        List<SeriesFigure> bounded = bounded(place, figures == null ? List.of() : figures);
        Set<String> names = new HashSet<>();
        List<SeriesFigure> read = new ArrayList<>();
        for (SeriesFigure figure : bounded) {
            InputPath entry = place.entry(read.size());
            read.add(new SeriesFigure(
                    slug(entry.field("name"), figure.name()),
                    line(entry.field("label"), figure.label(), LINE),
                    lineOrNull(entry.field("unit"), figure.unit())));
            once(names, figure.name(), entry.field("name"));
        }
        return read;
    }

    /** Slugs of topics, of which nothing is known yet. */
    List<String> topics(InputPath place, @Nullable List<String> slugs) {
        List<String> bounded = bounded(place, slugs == null ? List.of() : slugs);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < bounded.size(); i++) {
            once(seen, bounded.get(i), place.entry(i));
        }
        return bounded;
    }

    private void once(Set<String> seen, String name, InputPath place) {
        if (!seen.add(name)) {
            mark(UserErrorCode.INVALID, place, place + " occurs twice: remove one of them");
        }
    }

    private <T> List<T> bounded(InputPath place, List<T> entries) {
        if (entries.size() > ENTRIES) {
            mark(
                    UserErrorCode.TOO_LONG,
                    place,
                    "%s has %d entries, but at most %d are allowed".formatted(place, entries.size(), ENTRIES));
            return List.of();
        }
        return entries;
    }
}
