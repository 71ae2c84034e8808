package se.utrop.editing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.ArgumentValue;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.editing.EditingRepository.Filing;
import se.utrop.news.News;
import se.utrop.news.Significance;
import se.utrop.news.Urgency;
import se.utrop.node.GlobalId;

/**
 * Publishes, revises and retracts news within a transaction. Revisions use optimistic locking: the caller states the
 * revision that it has read, and a revision by another editor in between is a conflict.
 */
@Component
class NewsEditor {

    private static final InputPath ID = InputPath.INPUT.field("id");

    private final EditingRepository repository;

    private final PublicationChecks checks;

    NewsEditor(EditingRepository repository, PublicationChecks checks) {
        this.repository = repository;
        this.checks = checks;
    }

    Mono<MutationResult> publish(NewsContent news, InputValidator validator) {
        return checks.read(news, validator).flatMap(repository::publish).map(key -> MutationResult.revision(key, 1));
    }

    Mono<MutationResult> revise(ReviseNewsInput input, InputValidator validator) {
        long key = key(input.id());
        String note = validator.proseOrNull(InputPath.INPUT.field("note"), input.note(), InputValidator.NOTE);
        List<String> topics =
                validator.topics(InputPath.INPUT.field("topics"), input.topics().value());
        return lock(key, ID, validator)
                .doOnNext(revision -> checkRevision(input.expectedRevision(), revision, validator))
                .defaultIfEmpty(0)
                .flatMap(revision -> repository
                        .filing(topics, null, null)
                        .zipWith(repository.content(key).defaultIfEmpty(StoredContent.NONE))
                        .flatMap(found -> {
                            StoredContent now = found.getT2();
                            StoredContent revised = revised(now, input, topics, found.getT1(), validator);
                            return validator.isSatisfied()
                                    ? revise(key, revision, now, revised, note, input.significance())
                                    : Mono.empty();
                        }));
    }

    /** Not a revision where nothing is different. */
    private Mono<MutationResult> revise(
            long key,
            int revision,
            StoredContent now,
            StoredContent revised,
            @Nullable String note,
            Significance significance) {
        return (revised.equals(now) ? Mono.just(revision) : repository.revise(key, revised, note, significance))
                .map(number -> MutationResult.revision(key, number));
    }

    Mono<MutationResult> retract(String id, String reason, InputValidator validator) {
        long key = key(id);
        String said = validator.prose(InputPath.INPUT.field("reason"), reason, InputValidator.NOTE);
        return lock(key, ID, validator)
                .filter(revision -> validator.isSatisfied())
                .flatMap(revision -> repository.retract(key, said).thenReturn(MutationResult.of(key)));
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

    private static StoredContent revised(
            StoredContent now, ReviseNewsInput input, List<String> topics, Filing filing, InputValidator validator) {
        StoredContent revised = new StoredContent(
                input.title().isOmitted()
                        ? validator.kept(InputPath.INPUT.field("title"), now.title())
                        : validator.line(
                                InputPath.INPUT.field("title"), input.title().value(), InputValidator.LINE),
                input.summary().isOmitted()
                        ? now.summary()
                        : validator.plainProse(
                                InputPath.INPUT.field("summary"),
                                input.summary().value(),
                                InputValidator.SUMMARY),
                input.body().isOmitted()
                        ? now.body()
                        : validator.markupOrNull(
                                InputPath.INPUT.field("body"), input.body().value(), InputValidator.BODY),
                input.url().isOmitted()
                        ? now.url()
                        : validator.url(
                                InputPath.INPUT.field("url"), input.url().value()),
                input.image().isOmitted()
                        ? now.image()
                        : validator.image(
                                InputPath.INPUT.field("image"), input.image().value()),
                now.kind(),
                urgency(now.urgency(), input.urgency(), validator),
                input.topics().isOmitted()
                        ? now.topics()
                        : PublicationChecks.keys(topics, filing.topics(), InputPath.INPUT.field("topics"), validator),
                now.series(),
                input.figures().isOmitted()
                        ? now.figures()
                        : validator.figures(
                                InputPath.INPUT.field("figures"),
                                input.figures().value()));
        PublicationChecks.checkKind(now.kind(), revised.figures(), InputPath.INPUT.field("figures"), validator);
        return revised;
    }

    private static Urgency urgency(Urgency now, ArgumentValue<Urgency> given, InputValidator validator) {
        Urgency urgency = given.value();
        if (!given.isOmitted() && urgency == null) {
            validator.mark(
                    UserErrorCode.INVALID,
                    InputPath.INPUT.field("urgency"),
                    "urgency must not be null: leave it out to keep its value");
        }
        return urgency == null ? now : urgency;
    }
}
