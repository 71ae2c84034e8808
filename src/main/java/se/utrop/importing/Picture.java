package se.utrop.importing;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;
import se.utrop.news.Image;
import se.utrop.text.Characters;
import se.utrop.text.PlainText;

/**
 * A picture that an item names.
 *
 * @param address as it stands there
 * @param altText empty where the source calls the picture decorative, null where it says nothing
 */
record Picture(
        Rank rank,
        String address,
        @Nullable String altText,
        @Nullable String caption,
        @Nullable Integer width,
        @Nullable Integer height,
        @Nullable String credit) {

    /** The best first. */
    enum Rank {
        MEDIA,
        THUMBNAIL,
        IN_TEXT
    }

    private static final int LONGEST_ALT_TEXT = 1_000;
    private static final int LONGEST_CREDIT = 300;
    private static final int MOST_PIXELS = 100_000;

    private static final Pattern IMAGE_FILE =
            Pattern.compile("(?i)[^?#]+\\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?)(?:[?#].*)?");
    private static final Pattern CREDIT =
            Pattern.compile("(?iu)(?:^|[\\s(.])(?:foto(?:graf)?|bild|illustration|photo)\\s*:\\s*([^()]+?)\\s*[.)]*$");
    private static final Pattern PIXELS = Pattern.compile("\\s*(\\d{1,6})(?:\\.\\d+)?\\s*(?:px)?\\s*");

    static Picture of(Rank rank, String address) {
        return new Picture(rank, address, null, null, null, null, null);
    }

    /** Whether a file is a picture, by its media type or medium, or else by its name. */
    static boolean isPicture(String type, String address) {
        return type.isBlank()
                ? IMAGE_FILE.matcher(address.strip()).matches()
                : type.strip().toLowerCase(Locale.ROOT).startsWith("image");
    }

    static @Nullable Integer pixels(String text) {
        Matcher pixels = PIXELS.matcher(text);
        int count = pixels.matches() ? Integer.parseInt(pixels.group(1)) : 0;
        return count > 0 && count <= MOST_PIXELS ? count : null;
    }

    /** The first picture of a text, with what its figure says. */
    static Stream<Picture> inText(RichText text, @Nullable String base) {
        if (text.type() != RichText.Type.HTML) {
            return Stream.empty();
        }
        return HtmlBlock.pictures(text.text(), base).stream().map(Picture::of).limit(1);
    }

    private static Picture of(Element image) {
        Element figure = image.closest("figure");
        Element caption = figure == null ? null : figure.selectFirst("figcaption");
        return new Picture(
                Rank.IN_TEXT,
                image.attr("src"),
                image.hasAttr("alt") ? image.attr("alt") : null,
                caption != null ? caption.text() : image.hasAttr("title") ? image.attr("title") : null,
                pixels(image.attr("width")),
                pixels(image.attr("height")),
                null);
    }

    Picture described(@Nullable String description, @Nullable String title, @Nullable String creditLine) {
        return new Picture(
                rank,
                address,
                altText,
                caption != null ? caption : description != null ? description : title,
                width,
                height,
                credit != null ? credit : creditLine);
    }

    /**
     * The image of a news item; null where its address leads nowhere. A picture without an alternative text isn't decorative: its
     * caption stands for the text, or else the title of the item.
     */
    static @Nullable Image image(List<Picture> pictures, @Nullable String base, String title) {
        return pictures.stream()
                .filter(picture -> WebAddress.of(picture.address(), base) != null)
                .min(Picture::compare)
                .map(picture -> picture.shown(pictures, base, title))
                .orElse(null);
    }

    private static int compare(Picture one, Picture other) {
        int byRank = one.rank().compareTo(other.rank());
        return byRank == 0 && one.rank() == Rank.MEDIA ? Integer.compare(other.area(), one.area()) : byRank;
    }

    private int area() {
        return width == null ? 0 : width;
    }

    private Image shown(List<Picture> all, @Nullable String base, String title) {
        URI url = URI.create(String.valueOf(WebAddress.of(address, base)));
        String alt = all.stream()
                .filter(picture -> url.toString().equals(WebAddress.of(picture.address(), base)))
                .flatMap(picture -> Stream.ofNullable(picture.altText()))
                .findFirst()
                .map(Picture::tidy)
                .orElseGet(() -> fallbackAlt(title));
        return new Image(url, PlainText.start(alt, LONGEST_ALT_TEXT), width, height, creditLine());
    }

    private String fallbackAlt(String title) {
        String described = caption == null ? "" : tidy(caption);
        return Characters.showsSomething(described) ? described : title;
    }

    private @Nullable String creditLine() {
        String stated = credit == null ? "" : tidy(credit);
        if (!Characters.showsSomething(stated) && caption != null) {
            Matcher named = CREDIT.matcher(tidy(caption));
            stated = named.find() ? named.group(1).strip() : "";
        }
        return Characters.showsSomething(stated) ? PlainText.start(stated, LONGEST_CREDIT) : null;
    }

    private static String tidy(String text) {
        return Characters.tidy(PlainText.line(new RichText(RichText.Type.LINE, text).plain()));
    }
}
