package se.utrop.site;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import se.utrop.news.Significance;
import se.utrop.site.Data.Revision;
import se.utrop.site.Data.TextChange;

/**
 * What a version changed.
 *
 * @param correction whether it corrected something that was wrong
 * @param fields what differs from the version before
 */
record RecordedChange(
        Instant at, boolean correction, @Nullable String note, List<TextChange> fields) {

    /** Those that no reader looks for. */
    private static final Set<String> UNSEEN = Set.of("kind", "urgency", "slug");

    /** The changes of these versions, newest first. The first version changed nothing. */
    static List<RecordedChange> of(List<Revision> newestFirst) {
        return newestFirst.stream()
                .filter(revision -> revision.number() > 1)
                .map(RecordedChange::of)
                .toList();
    }

    private static RecordedChange of(Revision revision) {
        boolean correction = revision.significance() == Significance.CORRECTION;
        List<TextChange> fields = revision.changes().stream()
                .filter(change -> !UNSEEN.contains(change.field()))
                .toList();
        return new RecordedChange(revision.publishedAt(), correction, revision.note(), fields);
    }
}
