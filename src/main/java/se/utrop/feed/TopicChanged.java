package se.utrop.feed;

import java.time.Instant;
import se.utrop.topic.Topic;

/** The name or description of a topic changed. */
record TopicChanged(String cursor, String previousCursor, Instant occurredAt, Topic topic) implements NewsEvent {}
