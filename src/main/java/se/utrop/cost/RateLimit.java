package se.utrop.cost;

import java.time.Instant;

record RateLimit(int limit, int cost, int remaining, Instant resetAt) {}
