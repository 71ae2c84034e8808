package se.utrop.sources;

import java.util.regex.Pattern;

/**
 * Puts items into a series.
 *
 * @param name the series
 * @param title what is found in the titles of its items: a regular expression
 */
record SeriesRule(String name, Pattern title) {

    SeriesRule {
        if (name == null || name.isBlank() || title == null) {
            throw new IllegalArgumentException("utrop.sources[].series[] needs a name and a title");
        }
    }
}
