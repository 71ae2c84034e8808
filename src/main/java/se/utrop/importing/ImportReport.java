package se.utrop.importing;

import java.util.List;
import java.util.Locale;

/**
 * The result of an import.
 *
 * @param known items that were imported before, or that are in the file twice
 * @param notes what is wrong with items of the file, one line each
 */
public record ImportReport(
        String source, int added, int known, int topics, int series, Others others, List<String> notes) {

    /**
     * Items that did not go in as they are.
     *
     * @param leftOut those at fault
     * @param estimated those whose time was estimated, because they state none
     * @param passedOver those that are no news, such as {@code 2 draft, 1 page}
     */
    record Others(int leftOut, int estimated, String passedOver) {

        static final Others NONE = new Others(0, 0, "");

        @Override
        public String toString() {
            return (leftOut > 0 ? String.format(Locale.ROOT, ", %,d left out", leftOut) : "")
                    + (estimated > 0 ? String.format(Locale.ROOT, ", %,d without a date", estimated) : "")
                    + (passedOver.isEmpty() ? "" : ", passed over: " + passedOver);
        }
    }

    ImportReport(String source, int added, int known, int topics, int series) {
        this(source, added, known, topics, series, Others.NONE, List.of());
    }

    static ImportReport of(String source) {
        return new ImportReport(source, 0, 0, 0, 0);
    }

    ImportReport plus(ImportReport other) {
        return new ImportReport(
                source, added + other.added, known + other.known, topics + other.topics, series + other.series);
    }

    ImportReport with(Faults faults) {
        Others others = new Others(faults.leftOut(), faults.estimated(), faults.passedOver());
        return new ImportReport(source, added, known, topics, series, others, faults.messages());
    }

    int read() {
        return added + known;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s: %,d news added, %,d known, %,d topics new", source, added, known, topics)
                + others;
    }
}
