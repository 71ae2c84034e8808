package se.utrop.editing;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.text.Slug;

/** Creates and renames topics, within a transaction. */
@Component
class TopicEditor {

    private static final InputPath SLUG = InputPath.INPUT.field("slug");
    private static final InputPath NAME = InputPath.INPUT.field("name");

    private final TopicEditingRepository topics;

    TopicEditor(TopicEditingRepository topics) {
        this.topics = topics;
    }

    Mono<MutationResult> create(
            @Nullable String slug, String name, @Nullable String description, InputValidator validator) {
        String line = validator.name(NAME, name, InputValidator.LINE);
        String text = validator.proseOrNull(InputPath.INPUT.field("description"), description, InputValidator.NOTE);
        String given = slug == null ? null : validator.slug(SLUG, slug);
        return topics.lock()
                .then(checkName(line, 0, validator))
                .then(given == null ? topics.freeSlug(Slug.of(line, "amne")) : unusedSlug(given, validator))
                .filter(chosen -> validator.isSatisfied())
                .flatMap(chosen -> topics.create(chosen, line, text)
                        .map(MutationResult::of)
                        .switchIfEmpty(refuse(validator)));
    }

    Mono<MutationResult> rename(String slug, String name, InputValidator validator) {
        String line = validator.name(NAME, name, InputValidator.LINE);
        return topics.lock()
                .then(topics.key(slug))
                .switchIfEmpty(Mono.fromSupplier(() -> {
                    validator.mark(UserErrorCode.NOT_FOUND, SLUG, "There is no topic with this slug");
                    return 0L;
                }))
                .flatMap(key -> checkName(line, key, validator).thenReturn(key))
                .filter(key -> validator.isSatisfied())
                .flatMap(key -> topics.rename(key, line)
                        .filter(renamed -> renamed)
                        .map(renamed -> MutationResult.of(key))
                        .switchIfEmpty(refuse(validator)));
    }

    /** Where another transaction has just taken the name, such as an import that isn't done yet. */
    private static Mono<MutationResult> refuse(InputValidator validator) {
        return Mono.fromRunnable(() -> validator.mark(
                UserErrorCode.INVALID, NAME, "A topic with this name is being created now: try again in a moment"));
    }

    private Mono<Void> checkName(String name, long except, InputValidator validator) {
        return topics.isNamed(name, except)
                .doOnNext(isNamed -> {
                    if (isNamed) {
                        validator.mark(UserErrorCode.INVALID, NAME, "Another topic has this name: choose another");
                    }
                })
                .then();
    }

    private Mono<String> unusedSlug(String slug, InputValidator validator) {
        return topics.key(slug)
                .doOnNext(key -> validator.mark(
                        UserErrorCode.SLUG_TAKEN,
                        SLUG,
                        "Another topic has the slug %s: choose another".formatted(slug)))
                .thenReturn(slug);
    }
}
