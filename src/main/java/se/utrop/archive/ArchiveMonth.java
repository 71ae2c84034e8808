package se.utrop.archive;

import java.util.List;
import se.utrop.topic.Topic;

/** A calendar month in the newsroom's time zone; {@code month} counts from 1. Topics only if they were requested. */
record ArchiveMonth(int year, int month, int count, List<ArchiveTopic> topics) {

    record ArchiveTopic(Topic topic, int count) {}
}
