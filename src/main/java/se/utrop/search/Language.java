package se.utrop.search;

import java.util.Set;

/** What is known of the forms of words, beside what PostgreSQL's stemmer makes of them. */
enum Language {
    SWEDISH {
        @Override
        Set<String> forms(String word) {
            return SwedishForms.of(word);
        }
    },
    OTHER {
        @Override
        Set<String> forms(String word) {
            return Set.of(word);
        }
    };

    /** The language of a text search configuration. */
    static Language of(String configuration) {
        return configuration.equals("swedish") ? SWEDISH : OTHER;
    }

    /** The forms that a word in lower case may have, itself among them. */
    abstract Set<String> forms(String word);
}
