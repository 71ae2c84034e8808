package se.utrop.importing;

import java.nio.file.Path;
import java.time.LocalDate;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.InputStreamSource;

/**
 * A file to import.
 *
 * @param place its path, for messages
 * @param name its name in the record of imports
 * @param captured the day on which it was copied, if it is a listing
 * @param strict whether one fault refuses it all
 */
record Source(String place, String name, InputStreamSource file, LocalDate captured, boolean strict) {

    Source(String place, String name, InputStreamSource file, LocalDate captured) {
        this(place, name, file, captured, false);
    }

    static Source of(Path file, LocalDate captured) {
        return new Source(file.toString(), String.valueOf(file.getFileName()), new FileSystemResource(file), captured);
    }

    /** All of it or nothing. */
    Source strictly() {
        return new Source(place, name, file, captured, true);
    }
}
