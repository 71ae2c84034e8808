package se.utrop.importing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import se.utrop.text.Characters;
import se.utrop.text.PlainText;

/**
 * The texts of an item of a feed.
 *
 * @param summary may be missing, as each of them
 */
record ItemText(Part title, Part summary, Part content) {

    private static final int LONGEST_SUMMARY = 1_000;

    /** A text and the base of its addresses; what is computed of it is kept. */
    static final class Part {

        static final Part NONE = new Part(RichText.NONE, null);

        private final RichText text;
        private final @Nullable String base;
        private @Nullable String given;
        private @Nullable String plain;
        private @Nullable String commonMark;

        Part(RichText text, @Nullable String base) {
            this.text = text;
            this.base = base;
        }

        /** The same with a base if it has none. */
        Part within(@Nullable String outer) {
            return base == null ? new Part(text, outer) : this;
        }

        RichText text() {
            return text;
        }

        @Nullable
        String base() {
            return base;
        }

        boolean shows() {
            return Characters.showsSomething(given());
        }

        /** With its invisible characters. */
        String given() {
            String known = given;
            if (known == null) {
                known = text.plain();
                given = known;
            }
            return known;
        }

        String plain() {
            String known = plain;
            if (known == null) {
                known = Characters.tidy(given());
                plain = known;
            }
            return known;
        }

        String commonMark() {
            String known = commonMark;
            if (known == null) {
                known = text.commonMark(base);
                commonMark = known;
            }
            return known;
        }

        private List<String> addresses() {
            return text.addresses(base);
        }

        private boolean hasAddressesBeside(Part other, @Nullable String url) {
            List<String> missing = new ArrayList<>(addresses());
            if (!missing.isEmpty()) {
                missing.removeAll(other.addresses());
            }
            return missing.stream().anyMatch(address -> !address.equals(url));
        }
    }

    boolean isEmpty() {
        return !summary.shows() && !content.shows() && !title.shows();
    }

    /** What a reader sees first, in full. */
    String lead() {
        return leading().plain();
    }

    /** The same with its invisible characters. */
    String leadAsGiven() {
        return leading().given();
    }

    /** What a reader sees first, as long as a summary may be. */
    String teaser() {
        return PlainText.start(lead(), LONGEST_SUMMARY);
    }

    /** Null where the teaser holds it all. {@code url} is the address of the item. */
    @Nullable
    String body(@Nullable String url) {
        if (isPlain(summary) && isPlain(content) && !leadsToContent() && teaser().equals(lead())) {
            return null;
        }
        String body = Characters.readable(leadsToContent() ? contentBody(url) : leadBody(url));
        boolean cut = !teaser().equals(lead());
        boolean goesOn = Characters.showsSomething(body) && (leadsToContent() || cut || isMarkdown());
        return goesOn || HtmlBlock.hasMarkup(body) ? body : null;
    }

    private static boolean isPlain(Part part) {
        return part.text().type() != RichText.Type.MARKDOWN
                && part.text().text().indexOf('<') < 0;
    }

    private Part leading() {
        return summary.shows() ? summary : content.shows() ? content : title;
    }

    private boolean hasOnlyTitle() {
        return !summary.shows() && !content.shows();
    }

    /** Whether the content says more than the teaser, or the same with markup. */
    private boolean leadsToContent() {
        if (!summary.shows() || !content.shows()) {
            return false;
        }
        String ofSummary = squeezed(summary.plain());
        String ofContent = squeezed(content.plain());
        return !ofSummary.contains(ofContent)
                || (ofSummary.equals(ofContent) && HtmlBlock.hasMarkup(content.commonMark()));
    }

    /** The content, below the summary where that has links or pictures of its own. */
    private String contentBody(@Nullable String url) {
        return summary.hasAddressesBeside(content, url)
                ? summary.commonMark() + "\n" + content.commonMark()
                : content.commonMark();
    }

    private String leadBody(@Nullable String url) {
        if (hasOnlyTitle()) {
            return (summary.commonMark() + "\n" + content.commonMark()).strip();
        }
        Part other = summary.shows() ? content : summary;
        return other.hasAddressesBeside(leading(), url)
                ? leading().commonMark() + "\n" + other.commonMark()
                : leading().commonMark();
    }

    private boolean isMarkdown() {
        RichText text = leading().text();
        return text.type() == RichText.Type.MARKDOWN
                && !squeezed(text.text()).strip().equals(squeezed(lead()));
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
