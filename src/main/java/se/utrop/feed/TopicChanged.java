package se.utrop.feed;

import java.time.Instant;
import se.utrop.topic.Topic;

record TopicChanged(String cursor, String previousCursor, Instant occurredAt, Topic topic) implements NewsEvent {}
