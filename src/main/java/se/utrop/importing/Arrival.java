package se.utrop.importing;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;

/**
 * When and from where a file is read.
 *
 * @param sent the time by its source's own clock when it was sent: what it dates no later has been published there
 * @param zone of dates that state none
 * @param source the name of the file or source; empty if it has none
 * @param isNamed whether it is that of a source, to which ids belong whatever the feed calls itself
 * @param attachments what has been found of them so far
 */
record Arrival(Instant now, Instant sent, ZoneId zone, String source, boolean isNamed, Attachments attachments) {

    private static final String LANGUAGE = "sv";

    Arrival(Instant now, ZoneId zone) {
        this(now, now, zone, "", true, new Attachments());
    }

    /** Whether a language tag is that of the newsroom. */
    boolean speaks(String languageTag) {
        return Locale.forLanguageTag(languageTag.strip().replace('_', '-'))
                .getLanguage()
                .equals(LANGUAGE);
    }
}
