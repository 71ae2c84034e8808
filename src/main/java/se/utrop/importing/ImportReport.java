package se.utrop.importing;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The result of an import.
 *
 * @param source the name of the file or source
 * @param known items that were imported before and stay as they are, or that are in the document twice
 * @param topics topics that were created
 * @param series series that were created
 * @param notes what is wrong with items of the document, one line each
 */
public record ImportReport(
        String source,
        int added,
        int known,
        int topics,
        int series,
        Changes changes,
        Others others,
        List<String> notes) {

    /**
     * What became of items besides those that were added.
     *
     * @param revised those that their source has changed
     * @param retracted those that their source has deleted
     * @param scheduled those that are dated in the future
     * @param conflicts those that both their source and an editor have changed: the editor's revision stays
     */
    public record Changes(int revised, int retracted, int scheduled, int conflicts) {

        static final Changes NONE = new Changes(0, 0, 0, 0);

        private Changes plus(Changes other) {
            return new Changes(
                    revised + other.revised,
                    retracted + other.retracted,
                    scheduled + other.scheduled,
                    conflicts + other.conflicts);
        }

        @Override
        public String toString() {
            return Stream.of(
                            counted(revised, "revised"),
                            counted(retracted, "retracted"),
                            counted(scheduled, "scheduled"),
                            counted(conflicts, "in conflict with revisions of editors"))
                    .collect(Collectors.joining());
        }
    }

    /**
     * Items that did not go in as they are.
     *
     * @param leftOut those at fault
     * @param estimated those whose time was estimated, because they state none
     * @param passedOver those that are no news, such as {@code 2 draft, 1 page}
     */
    public record Others(int leftOut, int estimated, String passedOver) {

        static final Others NONE = new Others(0, 0, "");

        @Override
        public String toString() {
            return counted(leftOut, "left out")
                    + counted(estimated, "without a date")
                    + (passedOver.isEmpty() ? "" : ", passed over: " + passedOver);
        }
    }

    ImportReport(String source, int added, int known, int topics, int series) {
        this(source, added, known, topics, series, Changes.NONE, Others.NONE, List.of());
    }

    static ImportReport of(String source) {
        return new ImportReport(source, 0, 0, 0, 0);
    }

    ImportReport plus(ImportReport other) {
        return new ImportReport(
                source,
                added + other.added,
                known + other.known,
                topics + other.topics,
                series + other.series,
                changes.plus(other.changes),
                others,
                notes);
    }

    ImportReport with(Faults faults) {
        Others counted = new Others(faults.leftOut(), faults.estimated(), faults.passedOver());
        return new ImportReport(source, added, known, topics, series, changes, counted, faults.messages());
    }

    /** How many items could be read. */
    int read() {
        return added + known + changes.revised + changes.scheduled + changes.conflicts + changes.retracted;
    }

    /** Whether anything is in the newsroom otherwise than before. */
    public boolean isChange() {
        return added + topics + series + changes.revised + changes.scheduled + changes.retracted > 0;
    }

    private static String counted(int number, String what) {
        return number > 0 ? String.format(Locale.ROOT, ", %,d %s", number, what) : "";
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s: %,d news added, %,d known, %,d topics new", source, added, known, topics)
                + changes
                + others;
    }
}
