package se.utrop.search;

/** How well the best of a search matches. */
enum SearchMatching {
    ALL_WORDS,
    MOST_WORDS,
    CORRECTED
}
