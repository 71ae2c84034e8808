package se.utrop.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A password that is valid for a while only: it is read anew for each session, and something else renews the file. */
record PasswordFile(Path path) {

    String read() {
        try {
            return Files.readString(path).stripTrailing();
        } catch (IOException e) {
            throw new FailureAnalyzedException(
                    "The file of the database's password can't be read: " + e,
                    "Name a file that the server may read in UTROP_DATABASE_PASSWORD_FILE.",
                    e);
        }
    }

    /** The password at the time of the subscription. */
    Mono<CharSequence> current() {
        return Mono.<CharSequence>fromSupplier(this::read).subscribeOn(Schedulers.boundedElastic());
    }
}
