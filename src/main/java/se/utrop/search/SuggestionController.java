package se.utrop.search;

import graphql.schema.DataFetchingEnvironment;
import java.util.List;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Mono;
import se.utrop.paging.PageArguments;

@Controller
class SuggestionController {

    private static final int MOST = 20;

    private final Suggestions suggestions;

    SuggestionController(Suggestions suggestions) {
        this.suggestions = suggestions;
    }

    @QueryMapping
    Mono<List<SearchSuggestion>> searchSuggestions(
            @Argument String prefix, @Argument int first, DataFetchingEnvironment environment) {
        return suggestions.of(prefix, PageArguments.checked("first", first, MOST), environment);
    }
}
