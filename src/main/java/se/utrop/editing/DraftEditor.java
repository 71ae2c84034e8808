package se.utrop.editing;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.access.Caller;
import se.utrop.access.TokenScope;

/**
 * Saves, reviews, schedules and publishes drafts within a transaction. Optimistic locking keeps one editor from overwriting
 * another's text: the caller states the version that it has read.
 */
@Component
class DraftEditor {

    private static final InputPath ID = InputPath.INPUT.field("id");
    private static final InputPath NEWS_ID = InputPath.INPUT.field("newsId");
    private static final InputPath EXPECTED_VERSION = InputPath.INPUT.field("expectedVersion");

    private final DraftRepository drafts;
    private final DraftChecks checks;
    private final NewsEditor news;
    private final ReviewPolicy review;

    DraftEditor(DraftRepository drafts, DraftChecks checks, NewsEditor news, ReviewPolicy review) {
        this.drafts = drafts;
        this.checks = checks;
        this.news = news;
        this.review = review;
    }

    Mono<MutationResult> save(SaveDraftInput input, InputValidator validator) {
        DraftChecks.checkStorable(input.content(), InputPath.INPUT.field("content"), validator);
        if (!validator.isSatisfied()) {
            return Mono.empty();
        }
        return Caller.current()
                .flatMap(caller -> input.id() == null
                        ? create(input, caller.name(), validator)
                        : save(Draft.key(input.id()), input, caller, validator));
    }

    private Mono<MutationResult> create(SaveDraftInput input, String author, InputValidator validator) {
        if (input.newsId() == null) {
            return drafts.create(input.content(), author).map(key -> MutationResult.saved(key, key, 1));
        }
        long newsKey = NewsEditor.key(input.newsId());
        return news.lock(newsKey, NEWS_ID, validator)
                .flatMap(revision -> drafts.createChange(newsKey, input.content(), author))
                .map(key -> MutationResult.saved(newsKey, key, 1));
    }

    private Mono<MutationResult> save(long key, SaveDraftInput input, Caller caller, InputValidator validator) {
        return lock(key, input.expectedVersion(), input.content(), validator)
                .map(draft -> draft.basedOn(input.baseRevision()))
                .doOnNext(draft -> requireScope(draft, caller))
                .doOnNext(draft -> review.checkSave(draft, ID, validator))
                .filter(draft -> validator.isSatisfied())
                .flatMap(draft -> save(draft, input, caller, validator));
    }

    private Mono<MutationResult> save(Draft draft, SaveDraftInput input, Caller caller, InputValidator validator) {
        if (draft.isScheduled()) {
            DraftChecks.refuseTime(draft, validator);
        }
        Mono<Integer> saved = draft.isScheduled()
                ? checks.ready(draft, validator)
                        .flatMap(ready -> drafts.save(draft, input.content(), ready, caller.name()))
                : drafts.save(draft, input.content(), null, caller.name());
        return saved.map(version -> MutationResult.saved(draft.newsKey(), draft.key(), version));
    }

    /** Whoever changes what is about to be published, publishes. */
    private static void requireScope(Draft draft, Caller caller) {
        if (draft.isScheduled()) {
            caller.require(TokenScope.WRITE_NEWS);
        }
    }

    Mono<MutationResult> discard(String id, int expectedVersion, InputValidator validator) {
        return locked(id, expectedVersion, validator)
                .zipWith(Caller.current())
                .doOnNext(found -> requireScope(found.getT1(), found.getT2()))
                .flatMap(found -> drafts.delete(found.getT1().key()).thenReturn(result(found.getT1())));
    }

    Mono<MutationResult> requestReview(String id, int expectedVersion, InputValidator validator) {
        return locked(id, expectedVersion, validator)
                .zipWith(Caller.current())
                .flatMap(found -> drafts.requestReview(
                                found.getT1().key(), found.getT2().name())
                        .thenReturn(result(found.getT1())));
    }

    Mono<MutationResult> approve(String id, int expectedVersion, InputValidator validator) {
        return locked(id, expectedVersion, validator)
                .zipWith(Caller.current())
                .doOnNext(found -> ReviewPolicy.checkApproval(found.getT1(), found.getT2(), ID, validator))
                .filter(found -> validator.isSatisfied())
                .flatMap(found -> drafts.approve(
                                found.getT1().key(), found.getT2().name())
                        .thenReturn(result(found.getT1())));
    }

    Mono<MutationResult> publish(String id, int expectedVersion, InputValidator validator) {
        return reviewed(id, expectedVersion, validator)
                .flatMap(draft -> checks.ready(draft, validator)
                        .flatMap(ready -> drafts.prepare(draft.key(), ready, null)
                                .then(drafts.publish(draft.key(), draft.publishedAt())))
                        .map(revision -> MutationResult.revision(draft.newsKey(), revision)));
    }

    Mono<MutationResult> schedule(String id, int expectedVersion, Instant publishAt, InputValidator validator) {
        return reviewed(id, expectedVersion, validator)
                .doOnNext(draft -> DraftChecks.refuseTime(draft, validator))
                .delayUntil(draft -> checks.checkTime(publishAt, draft.validUntil(), validator))
                .delayUntil(draft -> schedule(draft, publishAt, validator))
                .filter(draft -> validator.isSatisfied())
                .map(DraftEditor::result);
    }

    private Mono<Void> schedule(Draft draft, Instant publishAt, InputValidator validator) {
        return draft.isScheduled()
                ? drafts.reschedule(draft.key(), publishAt)
                : checks.ready(draft, validator).flatMap(ready -> drafts.prepare(draft.key(), ready, publishAt));
    }

    /** The draft, as the caller may publish it. */
    private Mono<Draft> reviewed(String id, int expectedVersion, InputValidator validator) {
        return locked(id, expectedVersion, validator)
                .zipWith(Caller.current())
                .doOnNext(found -> review.checkPublication(found.getT1(), found.getT2(), ID, validator))
                .filter(found -> validator.isSatisfied())
                .map(found -> found.getT1());
    }

    Mono<MutationResult> unschedule(String id, int expectedVersion, InputValidator validator) {
        return locked(id, expectedVersion, validator)
                .doOnNext(draft -> checkScheduled(draft, validator))
                .filter(draft -> validator.isSatisfied())
                .flatMap(draft -> drafts.unschedule(draft.key()).thenReturn(result(draft)));
    }

    private static void checkScheduled(Draft draft, InputValidator validator) {
        if (!draft.isScheduled()) {
            validator.mark(UserErrorCode.NOT_FOUND, ID, "The draft isn't scheduled");
        }
    }

    private static MutationResult result(Draft draft) {
        return MutationResult.ofDraft(draft.newsKey(), draft.key());
    }

    private Mono<Draft> locked(String id, int expectedVersion, InputValidator validator) {
        return lock(Draft.key(id), expectedVersion, Map.of(), validator);
    }

    private Mono<Draft> lock(
            long key,
            @Nullable Integer expectedVersion,
            Map<String, ? extends @Nullable Object> changes,
            InputValidator validator) {
        return drafts.lock(key, changes)
                .switchIfEmpty(Mono.fromRunnable(() -> validator.mark(
                        UserErrorCode.NOT_FOUND,
                        ID,
                        "There is no draft with this id: it has been published or discarded")))
                .doOnNext(draft -> checkVersion(draft, expectedVersion, validator))
                .filter(draft -> validator.isSatisfied());
    }

    private static void checkVersion(Draft draft, @Nullable Integer expected, InputValidator validator) {
        if (expected == null) {
            validator.mark(
                    UserErrorCode.INVALID, EXPECTED_VERSION, "expectedVersion is required for an existing draft");
        } else if (expected != draft.version()) {
            validator.mark(
                    UserErrorCode.VERSION_CONFLICT,
                    EXPECTED_VERSION,
                    "The draft is at version %d now: read it again, and save your changes to that version"
                            .formatted(draft.version()));
        }
    }
}
