package se.utrop.search;

/**
 * A lexeme of the search index that a word of a search may stand for.
 *
 * @param magnitude approximate binary logarithm of the number of news that contain it
 */
record Form(String lexeme, Kind kind, int magnitude) {

    /** Of lexemes that no document holds. */
    static final int NOWHERE = -1;

    /** Of numbers, which nobody counts. */
    static final int UNKNOWN_MAGNITUDE = 40;

    /** How many news hold it, about. */
    long news() {
        return magnitude == NOWHERE ? 0 : 1L << magnitude;
    }

    /** How far the lexeme is from the word, and what a hit is therefore worth. */
    enum Kind {
        /** The word itself, inflected or not. */
        WHOLE(Tier.WHOLE),
        /** A compound of which the word is the head: a lägesrapport is a rapport. */
        HEAD(Tier.NEAR),
        /** The word with the accents that a foreign keyboard lacks. */
        FOLDED(Tier.NEAR),
        /** A topic or a series with the word in its name, or the time that the word names. */
        SUBJECT(Tier.SUBJECT),
        /** A compound that holds the word elsewhere. */
        PART(Tier.FAR),
        /** A compound that holds the word, but for its accents. */
        FOLDED_PART(Tier.FAR);

        private final Tier tier;

        Kind(Tier tier) {
            this.tier = tier;
        }

        Tier tier() {
            return tier;
        }

        /** Whether it can stand for the word within a phrase. */
        boolean isWord() {
            return this == WHOLE || this == FOLDED;
        }
    }

    enum Tier {
        WHOLE,
        NEAR,
        FAR,
        SUBJECT
    }
}
