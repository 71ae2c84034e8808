package se.utrop.editing;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.news.News;
import se.utrop.news.Significance;
import se.utrop.node.GlobalId;

/**
 * Publishes, revises, withdraws, retracts and restores news within a transaction. Revisions use optimistic locking: the caller states the
 * revision that it has read, and a revision by another editor in between is a conflict.
 */
@Component
class NewsEditor {

    private static final InputPath ID = InputPath.INPUT.field("id");

    private static final InputPath REASON = InputPath.INPUT.field("reason");

    private final EditingRepository repository;

    private final PublicationChecks checks;

    private final RevisionChecks revisionChecks;

    private final EditingProperties properties;

    NewsEditor(
            EditingRepository repository,
            PublicationChecks checks,
            RevisionChecks revisionChecks,
            EditingProperties properties) {
        this.repository = repository;
        this.checks = checks;
        this.revisionChecks = revisionChecks;
        this.properties = properties;
    }

    Mono<MutationResult> publish(NewsContent news, InputValidator validator) {
        return checks.read(news, validator).flatMap(repository::publish).map(key -> MutationResult.revision(key, 1));
    }

    Mono<MutationResult> revise(ReviseNewsInput input, InputValidator validator) {
        long key = key(input.id());
        String note = validator.proseOrNull(InputPath.INPUT.field("note"), input.note(), InputValidator.NOTE);
        return lock(key, ID, validator)
                .doOnNext(revision -> checkRevision(input.expectedRevision(), revision, validator))
                .defaultIfEmpty(0)
                .flatMap(revision -> revisionChecks
                        .read(key, input, validator)
                        .flatMap(news -> news.isChanged() || note != null
                                ? revise(key, news, note, input.significance())
                                : Mono.just(revision)))
                .map(revision -> MutationResult.revision(key, revision));
    }

    private Mono<Integer> revise(long key, RevisedNews news, @Nullable String note, Significance significance) {
        Mono<Integer> revised = repository.revise(key, news.after(), note, significance);
        String slug = news.slug();
        return slug == null ? revised : revised.delayUntil(revision -> repository.move(key, slug));
    }

    Mono<MutationResult> retract(String id, String reason, InputValidator validator) {
        long key = key(id);
        String said = validator.prose(REASON, reason, InputValidator.NOTE);
        return lock(key, ID, validator)
                .filter(revision -> validator.isSatisfied())
                .flatMap(revision ->
                        keep(key).then(repository.retract(key, said)).thenReturn(MutationResult.of(key)));
    }

    private Mono<Void> keep(long key) {
        return properties.retractedKept().isZero() ? Mono.empty() : repository.keep(key);
    }

    Mono<MutationResult> withdraw(String id, int expectedRevision, @Nullable String reason, InputValidator validator) {
        long key = key(id);
        String said = validator.proseOrNull(REASON, reason, InputValidator.NOTE);
        return lock(key, ID, validator)
                .doOnNext(revision -> checkRevision(expectedRevision, revision, validator))
                .filter(revision -> validator.isSatisfied())
                .flatMap(revision -> repository.withdraw(key, said))
                .switchIfEmpty(refuse(UserErrorCode.ALREADY_WITHDRAWN, "The news item is withdrawn already", validator))
                .map(revision -> MutationResult.revision(key, revision));
    }

    /** Takes back what was done last: the retraction, or else the withdrawal. */
    Mono<MutationResult> restore(RestoreNewsInput input, InputValidator validator) {
        long key = key(input.id());
        String said = validator.proseOrNull(InputPath.INPUT.field("note"), input.note(), InputValidator.NOTE);
        Map<String, String> corrections = input.corrections(validator);
        return validator.isSatisfied()
                ? repository
                        .lock(key)
                        .doOnNext(revision -> refuseCorrections(corrections, validator))
                        .filter(revision -> validator.isSatisfied())
                        .flatMap(revision -> repository.putBack(key, said))
                        .switchIfEmpty(Mono.defer(() -> restore(key, said, corrections, validator)))
                        .switchIfEmpty(refuse(
                                UserErrorCode.NOT_FOUND,
                                "The news item is neither retracted nor withdrawn, or its text is no longer kept",
                                validator))
                        .map(revision -> MutationResult.revision(key, revision))
                : Mono.empty();
    }

    private static void refuseCorrections(Map<String, String> corrections, InputValidator validator) {
        corrections
                .keySet()
                .forEach(field -> validator.mark(
                        UserErrorCode.INVALID,
                        InputPath.INPUT.field(field),
                        "The news item isn't retracted: leave %s out, and revise the news item".formatted(field)));
    }

    private Mono<Integer> restore(
            long key, @Nullable String note, Map<String, String> corrections, InputValidator validator) {
        return repository
                .refusedTexts(key)
                .doOnNext(refused -> checkCorrections(corrections.keySet(), refused, validator))
                .filter(refused -> validator.isSatisfied())
                .flatMap(refused -> repository.restore(key, note, corrections));
    }

    /** Only what is refused can be corrected, and all of it must be. */
    private static void checkCorrections(Set<String> corrected, List<String> refused, InputValidator validator) {
        refused.stream()
                .filter(field -> !corrected.contains(field))
                .forEach(field -> validator.mark(
                        UserErrorCode.INVALID,
                        InputPath.INPUT.field(field),
                        "The %s that was kept has a character that is no longer allowed: send %s without it"
                                .formatted(field, field)));
        corrected.stream()
                .filter(field -> !refused.contains(field))
                .forEach(field -> validator.mark(
                        UserErrorCode.INVALID,
                        InputPath.INPUT.field(field),
                        "The %s that was kept is allowed: leave it out, and revise the news item once it is restored"
                                .formatted(field)));
    }

    /** Unless something else is wrong already. */
    private static <T> Mono<T> refuse(UserErrorCode code, String message, InputValidator validator) {
        return Mono.fromRunnable(() -> {
            if (validator.isSatisfied()) {
                validator.mark(code, ID, message);
            }
        });
    }

    /** The key of a news item's id; of anything else a key that no news item has. */
    static long key(String id) {
        return GlobalId.parse(id)
                .filter(parsed -> parsed.type() == News.TYPE)
                .map(GlobalId::key)
                .orElse(0L);
    }

    /** The revision that a published news item is at until the transaction ends; where there is none, that is marked. */
    Mono<Integer> lock(long key, InputPath place, InputValidator validator) {
        return repository
                .lock(key)
                .switchIfEmpty(Mono.defer(() -> repository
                        .isRetracted(key)
                        .doOnNext(isRetracted -> markMissing(isRetracted, place, validator))
                        .then(Mono.empty())));
    }

    private static void markMissing(boolean isRetracted, InputPath place, InputValidator validator) {
        if (isRetracted) {
            validator.mark(UserErrorCode.ALREADY_RETRACTED, place, "The news item has been retracted");
        } else {
            validator.mark(UserErrorCode.NOT_FOUND, place, "There is no published news item with this id");
        }
    }

    private static void checkRevision(int expected, int actual, InputValidator validator) {
        if (expected != actual) {
            validator.mark(
                    UserErrorCode.REVISION_CONFLICT,
                    InputPath.INPUT.field("expectedRevision"),
                    "The news item is at revision %d now: read it again, and revise that version".formatted(actual));
        }
    }
}
