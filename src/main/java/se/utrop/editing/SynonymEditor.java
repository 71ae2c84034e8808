package se.utrop.editing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.editing.SynonymEditingController.SetSynonymsInput;
import se.utrop.search.Synonyms;
import se.utrop.text.Characters;

/** Sets and deletes synonyms, within a transaction. */
@Component
class SynonymEditor {

    /** As many words as can have synonyms: each search compares its words with all of them. */
    private static final int MOST = 1_000;

    private static final int MOST_SYNONYMS = 10;

    private static final int LONGEST = 100;

    private static final int MOST_WORDS = 5;

    private static final InputPath WORD = InputPath.INPUT.field("word");

    private static final InputPath SYNONYMS = InputPath.INPUT.field("synonyms");

    private static final Pattern WORDS = Pattern.compile(Characters.WORD_CHARACTER + "+");

    private final SynonymEditingRepository repository;

    SynonymEditor(SynonymEditingRepository repository) {
        this.repository = repository;
    }

    Mono<MutationResult> set(SetSynonymsInput input, InputValidator validator) {
        Synonyms synonyms = read(input, validator);
        return repository
                .lock()
                .then(repository.others(synonyms.word()))
                .doOnNext(others -> {
                    if (others >= MOST) {
                        validator.mark(
                                UserErrorCode.TOO_LONG,
                                WORD,
                                "%d words have synonyms, and no more may: delete some first".formatted(others));
                    }
                })
                .filter(others -> validator.isSatisfied())
                .flatMap(others -> repository.set(synonyms).thenReturn(MutationResult.done()));
    }

    Mono<MutationResult> delete(String word, InputValidator validator) {
        return repository
                .delete(normal(word))
                .doOnNext(isDeleted -> {
                    if (!isDeleted) {
                        validator.mark(UserErrorCode.NOT_FOUND, WORD, "This word has no synonyms");
                    }
                })
                .filter(isDeleted -> isDeleted)
                .map(isDeleted -> MutationResult.done());
    }

    /** The synonyms of a word as they are now. */
    Mono<Synonyms> find(String word) {
        return repository.find(normal(word));
    }

    private static Synonyms read(SetSynonymsInput input, InputValidator validator) {
        String word = words(WORD, input.word(), validator);
        int number = input.synonyms().size();
        if (number < 1 || number > MOST_SYNONYMS) {
            validator.mark(
                    number < 1 ? UserErrorCode.BLANK : UserErrorCode.TOO_LONG,
                    SYNONYMS,
                    "synonyms must have 1 to %d entries, not %d".formatted(MOST_SYNONYMS, number));
            return new Synonyms(word, List.of(), input.twoWay());
        }
        return new Synonyms(word, synonyms(word, input.synonyms(), validator), input.twoWay());
    }

    private static List<String> synonyms(String word, List<String> written, InputValidator validator) {
        Set<String> seen = new HashSet<>(Set.of(word));
        List<String> synonyms = new ArrayList<>();
        for (String one : written) {
            InputPath place = SYNONYMS.entry(synonyms.size());
            String synonym = words(place, one, validator);
            if (!seen.add(synonym)) {
                validator.mark(UserErrorCode.INVALID, place, place + " occurs twice: remove one of them");
            }
            synonyms.add(synonym);
        }
        return synonyms;
    }

    private static String words(InputPath place, String written, InputValidator validator) {
        String text = validator.name(place, written, LONGEST);
        long words = WORDS.matcher(text).results().count();
        if (!text.isBlank() && (words < 1 || words > MOST_WORDS)) {
            validator.mark(
                    UserErrorCode.INVALID,
                    place,
                    "%s must have 1 to %d words, not %d".formatted(place, MOST_WORDS, words));
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private static String normal(String word) {
        return Characters.name(Characters.clean(word)).toLowerCase(Locale.ROOT);
    }
}
