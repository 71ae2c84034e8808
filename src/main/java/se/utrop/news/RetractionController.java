package se.utrop.news;

import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Mono;

@Controller
class RetractionController {

    private final RetractionRepository retractions;

    RetractionController(RetractionRepository retractions) {
        this.retractions = retractions;
    }

    @QueryMapping
    Mono<Retraction> retraction(@Argument String slug) {
        return retractions.bySlug(slug);
    }
}
