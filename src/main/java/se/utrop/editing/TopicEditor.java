package se.utrop.editing;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.text.Slug;

/** Creates and renames topics, within a transaction. */
@Component
class TopicEditor {

    private static final Place SLUG = Place.INPUT.field("slug");
    private static final Place NAME = Place.INPUT.field("name");

    private final TopicEditingRepository topics;

    TopicEditor(TopicEditingRepository topics) {
        this.topics = topics;
    }

    Mono<Outcome> create(@Nullable String slug, String name, @Nullable String description, Proofreader proof) {
        String line = proof.name(NAME, name, Proofreader.LINE);
        String text = proof.proseOrNull(Place.INPUT.field("description"), description, Proofreader.NOTE);
        String given = slug == null ? null : proof.slug(SLUG, slug);
        return topics.lock()
                .then(checkName(line, 0, proof))
                .then(given == null ? topics.freeSlug(Slug.of(line, "amne")) : unusedSlug(given, proof))
                .filter(chosen -> proof.isSatisfied())
                .flatMap(chosen ->
                        topics.create(chosen, line, text).map(Outcome::of).switchIfEmpty(refuse(proof)));
    }

    Mono<Outcome> rename(String slug, String name, Proofreader proof) {
        String line = proof.name(NAME, name, Proofreader.LINE);
        return topics.lock()
                .then(topics.key(slug))
                .switchIfEmpty(Mono.fromSupplier(() -> {
                    proof.mark(UserErrorCode.NOT_FOUND, SLUG, "There is no topic with this slug");
                    return 0L;
                }))
                .flatMap(key -> checkName(line, key, proof).thenReturn(key))
                .filter(key -> proof.isSatisfied())
                .flatMap(key -> topics.rename(key, line)
                        .filter(renamed -> renamed)
                        .map(renamed -> Outcome.of(key))
                        .switchIfEmpty(refuse(proof)));
    }

    /** Where another transaction has just taken the name, such as an import that isn't done yet. */
    private static Mono<Outcome> refuse(Proofreader proof) {
        return Mono.fromRunnable(() -> proof.mark(
                UserErrorCode.INVALID, NAME, "A topic of this name is just being made: try again in a moment"));
    }

    private Mono<Void> checkName(String name, long except, Proofreader proof) {
        return topics.isNamed(name, except)
                .doOnNext(isNamed -> {
                    if (isNamed) {
                        proof.mark(UserErrorCode.INVALID, NAME, "Another topic has this name: choose another");
                    }
                })
                .then();
    }

    private Mono<String> unusedSlug(String slug, Proofreader proof) {
        return topics.key(slug)
                .doOnNext(key -> proof.mark(
                        UserErrorCode.SLUG_TAKEN,
                        SLUG,
                        "Another topic has the slug %s: choose another".formatted(slug)))
                .thenReturn(slug);
    }
}
