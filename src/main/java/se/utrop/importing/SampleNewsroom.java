package se.utrop.importing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.embedded.EmbeddedDatabase;

/** Imports the sample news into the embedded database, once, before the server accepts requests. */
@Component
@ConditionalOnWebApplication
class SampleNewsroom implements ApplicationRunner {

    private static final LocalDate CAPTURED = LocalDate.of(2023, 11, 8);

    private final Importer importer;
    private final ImportRepository repository;
    private final R2dbcConnectionDetails database;

    SampleNewsroom(Importer importer, ImportRepository repository, R2dbcConnectionDetails database) {
        this.importer = importer;
        this.repository = repository;
        this.database = database;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        if (database instanceof EmbeddedDatabase) {
            load();
        }
    }

    private void load() {
        Flux.just("nyheter.xml", "lagesrapporter.txt")
                .map(SampleNewsroom::source)
                .concatMap(importer::runOnce)
                .then(Mono.defer(() -> repository.addSynonymsOnce("sample/synonyms.txt", synonyms())))
                .block();
    }

    private static List<String> synonyms() {
        try {
            return new ClassPathResource("db/sample/synonyms.txt")
                    .getContentAsString(StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Named so that no file of an operator is taken for it. */
    private static Source source(String file) {
        ClassPathResource resource = new ClassPathResource("db/sample/" + file);
        return new Source(resource.getPath(), "sample/" + file, resource, CAPTURED);
    }
}
