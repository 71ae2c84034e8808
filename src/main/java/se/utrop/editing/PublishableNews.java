package se.utrop.editing;

/** A news item that is ready to be published. */
record PublishableNews(String slug, StoredContent content) {}
