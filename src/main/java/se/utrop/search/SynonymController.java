package se.utrop.search;

import java.util.List;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Mono;

@Controller
class SynonymController {

    private final SynonymCatalogue catalogue;

    SynonymController(SynonymCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    @QueryMapping
    Mono<List<Synonyms>> searchSynonyms() {
        return catalogue.all();
    }
}
