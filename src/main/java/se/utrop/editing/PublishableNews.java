package se.utrop.editing;

/** A valid news item with its slug, ready to be published. */
record PublishableNews(String slug, StoredContent content) {}
