package se.utrop.editing;

import static se.utrop.access.TokenScope.WRITE_TOPICS;

import graphql.schema.DataFetchingEnvironment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.MutationMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Mono;
import se.utrop.search.Synonyms;

@Controller
class SynonymEditingController {

    private final EditorialTransaction transaction;

    private final SynonymEditor editor;

    SynonymEditingController(EditorialTransaction transaction, SynonymEditor editor) {
        this.transaction = transaction;
        this.editor = editor;
    }

    record SetSynonymsInput(String word, List<String> synonyms, boolean twoWay) {}

    record DeleteSynonymsInput(String word) {}

    record SynonymsPayload(@Nullable Synonyms synonyms, List<UserError> userErrors) {

        static SynonymsPayload of(MutationResult result) {
            return new SynonymsPayload(null, result.userErrors());
        }
    }

    @MutationMapping
    Mono<SynonymsPayload> setSynonyms(@Argument SetSynonymsInput input, DataFetchingEnvironment environment) {
        return transaction
                .run(WRITE_TOPICS, MutationCall.of(environment), validator -> editor.set(input, validator))
                .flatMap(result -> result.isRefused()
                        ? Mono.just(SynonymsPayload.of(result))
                        : editor.find(input.word())
                                .map(synonyms -> new SynonymsPayload(synonyms, List.of()))
                                .defaultIfEmpty(SynonymsPayload.of(result)));
    }

    @MutationMapping
    Mono<SynonymsPayload> deleteSynonyms(@Argument DeleteSynonymsInput input, DataFetchingEnvironment environment) {
        return transaction
                .run(WRITE_TOPICS, MutationCall.of(environment), validator -> editor.delete(input.word(), validator))
                .map(SynonymsPayload::of);
    }
}
