package se.utrop.importing;

import java.util.List;
import java.util.regex.Pattern;
import se.utrop.news.Urgency;

/**
 * A source of news, and the rules by which its items are imported.
 *
 * @param name the name in the record of imports. It is also the namespace of ids that are not unique by themselves, such as 1:
 *     keep it when the address of the source changes
 * @param topics the names of topics that each item gets after its own; they are created where they don't exist
 * @param urgency the lowest urgency that an item gets
 * @param series which items are reports of a series: the first rule that matches
 * @param updates whether an item that the source has changed becomes a revision; otherwise it stays as it is
 * @param retractsDeleted whether the tombstones of an Atom feed (RFC 6721) retract; otherwise they are passed over
 */
public record ImportedSource(
        String name,
        List<String> topics,
        Urgency urgency,
        List<SeriesRule> series,
        boolean updates,
        boolean retractsDeleted) {

    /** An item whose title has a match of the pattern is a situation report of the series of this name. */
    public record SeriesRule(Pattern title, String series) {}

    public ImportedSource {
        if (name.isBlank()) {
            throw new IllegalArgumentException("A source needs a name");
        }
        topics = List.copyOf(topics);
        series = List.copyOf(series);
    }

    /** A source whose items stay as they are but for its changes, which become revisions. */
    public static ImportedSource named(String name) {
        return new ImportedSource(name, List.of(), Urgency.ROUTINE, List.of(), true, false);
    }
}
