package se.utrop.editing;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.graphql.Deadline;
import se.utrop.text.Slug;

/** Creates, renames, describes, merges and deletes topics, within a transaction. */
@Component
class TopicEditor {

    private static final InputPath SLUG = InputPath.INPUT.field("slug");
    private static final InputPath NAME = InputPath.INPUT.field("name");
    private static final InputPath FROM = InputPath.INPUT.field("from");
    private static final InputPath INTO = InputPath.INPUT.field("into");

    private final TopicEditingRepository topics;

    private final Duration mergeTimeout;

    TopicEditor(TopicEditingRepository topics, EditingProperties properties) {
        this.topics = topics;
        this.mergeTimeout = properties.mergeTimeout();
    }

    Mono<MutationResult> create(
            @Nullable String slug, String name, @Nullable String description, InputValidator validator) {
        String line = validator.name(NAME, name, InputValidator.LINE);
        String text = validator.proseOrNull(InputPath.INPUT.field("description"), description, InputValidator.NOTE);
        String given = slug == null ? null : validator.slug(SLUG, slug);
        return topics.lock()
                .then(checkName(line, 0, validator))
                .then(given == null ? topics.names().freeSlug(Slug.of(line, "amne")) : unusedSlug(given, validator))
                .filter(chosen -> validator.isSatisfied())
                .flatMap(chosen -> topics.create(chosen, line, text)
                        .map(MutationResult::of)
                        .switchIfEmpty(refuse(validator)));
    }

    Mono<MutationResult> rename(String slug, String name, InputValidator validator) {
        String line = validator.name(NAME, name, InputValidator.LINE);
        return topics.lock()
                .then(key(SLUG, slug, validator))
                .flatMap(key -> checkName(line, key, validator).thenReturn(key))
                .filter(key -> validator.isSatisfied())
                .flatMap(key -> topics.rename(key, line)
                        .filter(renamed -> renamed)
                        .map(renamed -> MutationResult.of(key))
                        .switchIfEmpty(refuse(validator)));
    }

    Mono<MutationResult> describe(String slug, @Nullable String description, InputValidator validator) {
        String text = validator.proseOrNull(InputPath.INPUT.field("description"), description, InputValidator.NOTE);
        return topics.lock()
                .then(key(SLUG, slug, validator))
                .filter(key -> validator.isSatisfied())
                .delayUntil(key -> topics.names().describe(key, text))
                .map(MutationResult::of);
    }

    /** The result has the key of the topic that stays. */
    Mono<MutationResult> merge(String from, String into, InputValidator validator) {
        return topics.lock()
                .then(Mono.zip(key(FROM, from, validator), key(INTO, into, validator)))
                .doOnNext(keys -> {
                    if (keys.getT1() > 0 && keys.getT1().equals(keys.getT2())) {
                        validator.mark(UserErrorCode.INVALID, INTO, "into must be another topic than from");
                    }
                })
                .filter(keys -> validator.isSatisfied())
                .delayUntil(keys -> Deadline.extend(mergeTimeout))
                .delayUntil(keys -> topics.setTimeLimit(mergeTimeout))
                .flatMap(keys -> topics.merge(keys.getT1(), keys.getT2()).thenReturn(keys.getT2()))
                .map(MutationResult::of);
    }

    Mono<MutationResult> delete(String slug, InputValidator validator) {
        return topics.lock()
                .then(key(SLUG, slug, validator))
                .filter(key -> validator.isSatisfied())
                .filterWhen(topics::delete)
                .map(MutationResult::of)
                .switchIfEmpty(Mono.fromRunnable(() -> markFiled(validator)));
    }

    private static void markFiled(InputValidator validator) {
        if (validator.isSatisfied()) {
            validator.mark(
                    UserErrorCode.INVALID,
                    SLUG,
                    "This topic has news items, possibly withdrawn ones: merge it into another topic");
        }
    }

    /** The key; marks the slug and returns 0 if there is none. */
    private Mono<Long> key(InputPath place, String slug, InputValidator validator) {
        return topics.names().key(slug).switchIfEmpty(Mono.fromSupplier(() -> {
            validator.mark(UserErrorCode.NOT_FOUND, place, "There is no topic with this slug");
            return 0L;
        }));
    }

    /** Where another transaction has just taken the name, such as an import that isn't done yet. */
    private static Mono<MutationResult> refuse(InputValidator validator) {
        return Mono.fromRunnable(() -> validator.mark(
                UserErrorCode.INVALID, NAME, "A topic with this name is being created now: try again in a moment"));
    }

    private Mono<Void> checkName(String name, long except, InputValidator validator) {
        return topics.names()
                .isNamed(name, except)
                .doOnNext(isNamed -> {
                    if (isNamed) {
                        validator.mark(UserErrorCode.INVALID, NAME, "Another topic has this name: choose another");
                    }
                })
                .then();
    }

    private Mono<String> unusedSlug(String slug, InputValidator validator) {
        return topics.isTaken(slug)
                .filter(isTaken -> isTaken)
                .doOnNext(isTaken -> validator.mark(
                        UserErrorCode.SLUG_TAKEN,
                        SLUG,
                        "Another topic has or had the slug %s: choose another".formatted(slug)))
                .thenReturn(slug);
    }
}
