package se.utrop.editing;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A news item to restore. The texts, if given, stand in the place of kept ones that today's rules refuse. */
record RestoreNewsInput(
        String id,
        @Nullable String note,
        @Nullable String title,
        @Nullable String summary,
        @Nullable String body) {

    boolean isCorrected() {
        return title != null || summary != null || body != null;
    }

    /** The texts that were given, by field. */
    Map<String, String> corrections(InputValidator validator) {
        Map<String, String> corrections = new LinkedHashMap<>();
        if (title != null) {
            corrections.put("title", validator.line(InputPath.INPUT.field("title"), title, InputValidator.LINE));
        }
        if (summary != null) {
            corrections.put(
                    "summary", validator.plainProse(InputPath.INPUT.field("summary"), summary, InputValidator.SUMMARY));
        }
        if (body != null) {
            corrections.put("body", validator.markup(InputPath.INPUT.field("body"), body, InputValidator.BODY));
        }
        return corrections;
    }
}
