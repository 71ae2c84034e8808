package se.utrop.importing;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.InputStreamSource;

/**
 * A document to import.
 *
 * @param place its path or address, for messages
 * @param file its content, anew each time that it is opened
 * @param captured the day on which it was copied, if it is a listing
 * @param strict whether one fault refuses it all
 * @param isNamed whether its items belong to the source of this name; otherwise the feed itself says what its ids belong to
 * @param sent the time by its source's own clock when it was sent; null if it is not known
 */
record Source(
        String place,
        InputStreamSource file,
        LocalDate captured,
        boolean strict,
        boolean isNamed,
        ImportedSource settings,
        @Nullable Instant sent) {

    Source(
            String place,
            InputStreamSource file,
            LocalDate captured,
            boolean strict,
            boolean isNamed,
            ImportedSource settings) {
        this(place, file, captured, strict, isNamed, settings, null);
    }

    Source(String place, String name, InputStreamSource file, LocalDate captured) {
        this(place, file, captured, false, false, ImportedSource.named(name));
    }

    static Source of(Path file, LocalDate captured) {
        return new Source(file.toString(), String.valueOf(file.getFileName()), new FileSystemResource(file), captured);
    }

    /** Its name in the record of imports. */
    String name() {
        return settings.name();
    }

    /** All of it or nothing. */
    Source strictly() {
        return new Source(place, file, captured, true, isNamed, settings, sent);
    }

    /** By these rules, as a part of that source. */
    Source of(ImportedSource named) {
        return new Source(place, file, captured, strict, true, named, sent);
    }
}
