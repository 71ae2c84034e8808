package se.utrop.archive;

import java.util.List;
import se.utrop.topic.Topic;

/** A calendar month in the newsroom's zone, {@code month} counted from 1; topics only where they were asked for. */
record ArchiveMonth(int year, int month, int count, List<ArchiveTopic> topics) {

    record ArchiveTopic(Topic topic, int count) {}
}
