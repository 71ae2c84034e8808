package se.utrop.importing;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;

/**
 * When and where a file is read.
 *
 * @param zone of dates that state none
 */
record Arrival(Instant now, ZoneId zone) {

    private static final String LANGUAGE = "sv";

    /** Whether a language tag is that of the newsroom. */
    boolean speaks(String languageTag) {
        return Locale.forLanguageTag(languageTag.strip().replace('_', '-'))
                .getLanguage()
                .equals(LANGUAGE);
    }
}
