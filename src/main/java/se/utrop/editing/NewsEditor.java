package se.utrop.editing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.ArgumentValue;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.editing.EditingRepository.Filing;
import se.utrop.news.News;
import se.utrop.news.Urgency;
import se.utrop.node.GlobalId;

/** Publishes, revises and retracts news, within a transaction. */
@Component
class NewsEditor {

    private static final Place ID = Place.INPUT.field("id");

    private final EditingRepository repository;

    private final Manuscripts manuscripts;

    NewsEditor(EditingRepository repository, Manuscripts manuscripts) {
        this.repository = repository;
        this.manuscripts = manuscripts;
    }

    Mono<Outcome> publish(NewsContent news, Proofreader proof) {
        return manuscripts.read(news, proof).flatMap(repository::publish).map(key -> Outcome.revision(key, 1));
    }

    Mono<Outcome> revise(ReviseNewsInput input, Proofreader proof) {
        long key = key(input.id());
        String note = proof.proseOrNull(Place.INPUT.field("note"), input.note(), Proofreader.NOTE);
        List<String> topics =
                proof.topics(Place.INPUT.field("topics"), input.topics().value());
        return lock(key, proof)
                .doOnNext(revision -> checkRevision(input.expectedRevision(), revision, proof))
                .defaultIfEmpty(0)
                .flatMap(revision -> repository
                        .filing(topics, null, null)
                        .zipWith(repository.content(key).defaultIfEmpty(Content.NONE))
                        .flatMap(found -> {
                            Content now = found.getT2();
                            Content revised = revised(now, input, topics, found.getT1(), proof);
                            return proof.isSatisfied() ? revise(key, revision, now, revised, note) : Mono.empty();
                        }));
    }

    /** Not a revision where nothing is different. */
    private Mono<Outcome> revise(long key, int revision, Content now, Content revised, @Nullable String note) {
        return (revised.equals(now) ? Mono.just(revision) : repository.revise(key, revised, note))
                .map(number -> Outcome.revision(key, number));
    }

    Mono<Outcome> retract(String id, String reason, Proofreader proof) {
        long key = key(id);
        String said = proof.prose(Place.INPUT.field("reason"), reason, Proofreader.NOTE);
        return lock(key, proof)
                .filter(revision -> proof.isSatisfied())
                .flatMap(revision -> repository.retract(key, said).thenReturn(Outcome.of(key)));
    }

    /** The key of a news item's id; of anything else a key that no news item has. */
    static long key(String id) {
        return GlobalId.parse(id)
                .filter(parsed -> parsed.type() == News.TYPE)
                .map(GlobalId::key)
                .orElse(0L);
    }

    private Mono<Integer> lock(long key, Proofreader proof) {
        return repository
                .lock(key)
                .switchIfEmpty(Mono.defer(() -> repository
                        .isRetracted(key)
                        .doOnNext(isRetracted -> markMissing(isRetracted, proof))
                        .then(Mono.empty())));
    }

    private static void markMissing(boolean isRetracted, Proofreader proof) {
        if (isRetracted) {
            proof.mark(UserErrorCode.ALREADY_RETRACTED, ID, "The news item has been retracted");
        } else {
            proof.mark(UserErrorCode.NOT_FOUND, ID, "There is no published news item with this id");
        }
    }

    private static void checkRevision(int expected, int actual, Proofreader proof) {
        if (expected != actual) {
            proof.mark(
                    UserErrorCode.REVISION_CONFLICT,
                    Place.INPUT.field("expectedRevision"),
                    "The news item is at revision %d: read it again, and revise that".formatted(actual));
        }
    }

    private static Content revised(
            Content now, ReviseNewsInput input, List<String> topics, Filing filing, Proofreader proof) {
        Content revised = new Content(
                input.title().isOmitted()
                        ? proof.kept(Place.INPUT.field("title"), now.title())
                        : proof.line(Place.INPUT.field("title"), input.title().value(), Proofreader.LINE),
                input.summary().isOmitted()
                        ? now.summary()
                        : proof.plainProse(
                                Place.INPUT.field("summary"), input.summary().value(), Proofreader.SUMMARY),
                input.body().isOmitted()
                        ? now.body()
                        : proof.markupOrNull(
                                Place.INPUT.field("body"), input.body().value(), Proofreader.BODY),
                input.url().isOmitted()
                        ? now.url()
                        : proof.url(Place.INPUT.field("url"), input.url().value()),
                input.image().isOmitted()
                        ? now.image()
                        : proof.image(Place.INPUT.field("image"), input.image().value()),
                now.kind(),
                urgency(now.urgency(), input.urgency(), proof),
                input.topics().isOmitted()
                        ? now.topics()
                        : Manuscripts.keys(topics, filing.topics(), Place.INPUT.field("topics"), proof),
                now.series(),
                input.figures().isOmitted()
                        ? now.figures()
                        : proof.figures(
                                Place.INPUT.field("figures"), input.figures().value()));
        Manuscripts.checkKind(now.kind(), revised.figures(), Place.INPUT.field("figures"), proof);
        return revised;
    }

    private static Urgency urgency(Urgency now, ArgumentValue<Urgency> given, Proofreader proof) {
        Urgency urgency = given.value();
        if (!given.isOmitted() && urgency == null) {
            proof.mark(
                    UserErrorCode.INVALID,
                    Place.INPUT.field("urgency"),
                    "News have an urgency: leave it out to let it be as it is");
        }
        return urgency == null ? now : urgency;
    }
}
