package se.utrop.news;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Says that a news item is no longer current. */
public record Withdrawal(Instant at, @Nullable String reason) {}
