package se.utrop.importing;

import java.time.LocalDate;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.io.ClassPathResource;
import reactor.core.publisher.Flux;

/** Fills a new newsroom with news to look at, once, before the server takes traffic. */
public class SampleNewsroom implements ApplicationRunner {

    private static final LocalDate CAPTURED = LocalDate.of(2023, 11, 8);

    private final Importer importer;

    public SampleNewsroom(Importer importer) {
        this.importer = importer;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        Flux.just("nyheter.xml", "lagesrapporter.txt")
                .map(SampleNewsroom::source)
                .concatMap(importer::runOnce)
                .then()
                .block();
    }

    /** Named so that no file of an operator is taken for it. */
    private static Source source(String file) {
        ClassPathResource resource = new ClassPathResource("db/sample/" + file);
        return new Source(resource.getPath(), "sample/" + file, resource, CAPTURED);
    }
}
