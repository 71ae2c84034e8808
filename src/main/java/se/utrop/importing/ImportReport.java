package se.utrop.importing;

import java.util.Locale;

/**
 * The result of an import.
 *
 * @param known items that were imported before, or that are in the file twice
 */
public record ImportReport(String source, int added, int known, int topics, int series) {

    static ImportReport of(String source) {
        return new ImportReport(source, 0, 0, 0, 0);
    }

    ImportReport plus(ImportReport other) {
        return new ImportReport(
                source, added + other.added, known + other.known, topics + other.topics, series + other.series);
    }

    int read() {
        return added + known;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%s: %,d news added, %,d known, %,d topics new", source, added, known, topics);
    }
}
