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
 */
record Source(String place, String name, InputStreamSource file, LocalDate captured) {

    static Source of(Path file, LocalDate captured) {
        return new Source(file.toString(), String.valueOf(file.getFileName()), new FileSystemResource(file), captured);
    }
}
