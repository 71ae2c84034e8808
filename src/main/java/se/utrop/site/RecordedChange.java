package se.utrop.site;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import se.utrop.news.Significance;
import se.utrop.site.Data.Revision;

/**
 * What a version changed.
 *
 * @param correction whether it corrected something that was wrong
 * @param fields the texts that differ from those of the version before
 */
record RecordedChange(
        Instant at, boolean correction, @Nullable String note, List<FieldChange> fields) {

    /**
     * The change of a text.
     *
     * @param field the key of the field's name
     */
    record FieldChange(String field, List<Segment> segments) {}

    /** The changes from version to version, newest first. The first version changed nothing. */
    static List<RecordedChange> between(List<Revision> newestFirst) {
        List<RecordedChange> changes = new ArrayList<>();
        for (int i = 0; i + 1 < newestFirst.size(); i++) {
            Revision after = newestFirst.get(i);
            Revision before = newestFirst.get(i + 1);
            boolean correction = after.significance() == Significance.CORRECTION;
            changes.add(new RecordedChange(after.publishedAt(), correction, after.note(), fields(before, after)));
        }
        return changes;
    }

    private static List<FieldChange> fields(Revision before, Revision after) {
        List<FieldChange> fields = new ArrayList<>();
        add(fields, "record.title", before.title(), after.title());
        add(fields, "record.summary", before.summary(), after.summary());
        add(fields, "record.body", text(before.body()), text(after.body()));
        return fields;
    }

    private static String text(@Nullable String body) {
        return body == null ? "" : body;
    }

    private static void add(List<FieldChange> fields, String field, String before, String after) {
        if (!before.equals(after)) {
            fields.add(new FieldChange(field, Segment.between(before, after)));
        }
    }
}
