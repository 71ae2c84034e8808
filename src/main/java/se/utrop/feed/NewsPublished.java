package se.utrop.feed;

import java.time.Instant;
import se.utrop.news.News;

record NewsPublished(String cursor, String previousCursor, Instant occurredAt, News news) implements NewsEvent {}
