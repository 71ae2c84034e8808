package se.utrop.editing;

/** A news item that is ready to be published. */
record Manuscript(String slug, Content content) {}
