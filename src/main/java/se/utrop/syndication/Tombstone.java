package se.utrop.syndication;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is left of a retracted news item. */
record Tombstone(String id, Instant retractedAt, @Nullable String reason) {}
