package se.utrop.editing;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Checks whether drafts can be stored, and whether they can be published. */
@Component
class DraftChecks {

    private static final InputPath PUBLISH_AT = InputPath.INPUT.field("publishAt");
    private static final InputPath BASE_REVISION = InputPath.INPUT.field("baseRevision");

    /** NUL, and surrogates without their pair. */
    private static final Pattern UNSTORABLE = Pattern.compile("[\\x00\\p{Cs}]");

    private final NewsEditor news;

    private final PublicationChecks checks;

    private final ScheduleRepository schedule;

    DraftChecks(NewsEditor news, PublicationChecks checks, ScheduleRepository schedule) {
        this.news = news;
        this.checks = checks;
        this.schedule = schedule;
    }

    /** Marks texts that the database can't hold. */
    static void checkStorable(@Nullable Object value, InputPath place, InputValidator validator) {
        switch (value) {
            case Map<?, ?> fields ->
                fields.forEach((name, field) -> checkStorable(field, place.field(String.valueOf(name)), validator));
            case Collection<?> entries -> {
                int index = 0;
                for (Object entry : entries) {
                    checkStorable(entry, place.entry(index++), validator);
                }
            }
            case String text
            when UNSTORABLE.matcher(text).find() ->
                validator.mark(UserErrorCode.INVALID, place, place + " must not contain U+0000 or a lone surrogate");
            case Double number
            when !Double.isFinite(number) -> validator.mark(UserErrorCode.INVALID, place, place + " is too large");
            case null, default -> {}
        }
    }

    /** Marks a time that has passed, or at which the text is no longer valid. */
    Mono<Void> checkTime(Instant publishAt, @Nullable Instant validUntil, InputValidator validator) {
        if (validUntil != null && !validUntil.isAfter(publishAt)) {
            validator.mark(UserErrorCode.INVALID, PUBLISH_AT, "publishAt must be before validUntil");
        }
        return schedule.isToCome(publishAt)
                .doOnNext(isToCome -> {
                    if (!isToCome) {
                        validator.mark(
                                UserErrorCode.IN_THE_PAST,
                                PUBLISH_AT,
                                "publishAt has passed: publish the news item now, or choose a later time");
                    }
                })
                .then();
    }

    /** Marks a time of its own that the draft has: what is scheduled is published at the time of the schedule. */
    static void refuseTime(Draft draft, InputValidator validator) {
        if (draft.publishedAt() != null) {
            validator.mark(
                    UserErrorCode.INVALID,
                    InputPath.INPUT.field("publishedAt"),
                    "A scheduled news item is published at publishAt: remove publishedAt from the draft");
        }
    }

    /** What is to be published of a locked draft. Empty where something has to be put right. */
    Mono<ReadyDraft> ready(Draft draft, InputValidator validator) {
        StoredContent content = draft.content(validator);
        String note = draft.checkedNote(validator);
        return draft.change() == null
                ? Mono.defer(() -> slug(draft, content, validator))
                        .map(slug -> new ReadyDraft(slug, null, content, null, null))
                : checkRevision(draft, draft.change().baseRevision(), validator)
                        .flatMap(revision -> ready(draft, content, note, validator));
    }

    /** The slug that is reserved for the draft already, unless the text states another. */
    private Mono<String> slug(Draft draft, StoredContent content, InputValidator validator) {
        if (!validator.isSatisfied()) {
            return Mono.empty();
        }
        String given = draft.text().slug();
        return draft.hasReserved(given)
                ? Mono.just(Objects.requireNonNull(draft.reservedSlug()))
                : checks.slug(given, content, InputPath.INPUT, validator);
    }

    private Mono<ReadyDraft> ready(
            Draft draft, StoredContent content, @Nullable String note, InputValidator validator) {
        String given = draft.text().slug();
        if (given == null || draft.filing().isOwn()) {
            return Mono.just(new ReadyDraft(null, given, content, note, draft.significance()));
        }
        return (draft.hasReserved(given)
                        ? Mono.just(given)
                        : checks.claim(given, InputPath.INPUT.field("slug"), validator))
                .map(slug -> new ReadyDraft(slug, slug, content, note, draft.significance()));
    }

    private Mono<Integer> checkRevision(Draft draft, int baseRevision, InputValidator validator) {
        return news.lock(draft.newsKey(), InputPath.INPUT.field("id"), validator)
                .doOnNext(revision -> {
                    if (revision != baseRevision) {
                        validator.mark(
                                UserErrorCode.REVISION_CONFLICT,
                                BASE_REVISION,
                                ("The news item is at revision %d now: save the draft with baseRevision %d once its"
                                                + " text takes that revision into account")
                                        .formatted(revision, revision));
                    }
                })
                .filter(revision -> validator.isSatisfied());
    }
}
