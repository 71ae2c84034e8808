package se.utrop.editing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.ArgumentValue;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.editing.EditingRepository.Filing;
import se.utrop.editing.EditingRepository.PresentContent;

/** Validates the changes to a news item, and resolves the topics, the series and the slug. */
@Component
class RevisionChecks {

    private static final InputPath SLUG = InputPath.INPUT.field("slug");

    private static final PresentContent NOTHING = new PresentContent(StoredContent.NONE, List.of());

    private final EditingRepository repository;

    private final PublicationChecks checks;

    RevisionChecks(EditingRepository repository, PublicationChecks checks) {
        this.repository = repository;
        this.checks = checks;
    }

    /** Empty where something has to be put right. */
    Mono<RevisedNews> read(long key, ReviseNewsInput input, InputValidator validator) {
        List<String> topics =
                validator.topics(InputPath.INPUT.field("topics"), input.topics().value());
        String slug = slug(input.slug(), validator);
        return repository
                .filing(topics, input.series().value(), slug, key)
                .zipWith(repository.content(key).defaultIfEmpty(NOTHING))
                .flatMap(found -> {
                    StoredContent before = found.getT2().content();
                    StoredContent after = revised(before, input, topics, found.getT1(), validator);
                    found.getT2().refused().forEach(path -> checkKept(path, input, validator));
                    checkSlug(slug, found.getT1(), validator);
                    return validator.isSatisfied()
                            ? read(key, before, after, slug, found.getT1(), validator)
                            : Mono.empty();
                });
    }

    /** Marks a stored text, other than the title, that is kept and that the database doesn't take again. */
    private static void checkKept(String path, ReviseNewsInput input, InputValidator validator) {
        String field = path.split("\\.", 2)[0];
        boolean isKept = switch (field) {
            case "summary" -> input.summary().isOmitted();
            case "body" -> input.body().isOmitted();
            case "image" -> input.image().isOmitted();
            case "figures" -> input.figures().isOmitted();
            default -> false;
        };
        if (isKept) {
            validator.mark(
                    UserErrorCode.INVALID,
                    new InputPath(List.of(path.split("\\."))),
                    "The present %s has a character that is no longer allowed: send %s without it"
                            .formatted(path, field));
        }
    }

    private static @Nullable String slug(ArgumentValue<String> given, InputValidator validator) {
        String slug = value(given, "slug", validator);
        return slug == null ? null : validator.slug(SLUG, slug);
    }

    private static void checkSlug(@Nullable String slug, Filing filing, InputValidator validator) {
        if (slug != null && filing.isTaken()) {
            PublicationChecks.markTaken(slug, SLUG, validator);
        }
    }

    private Mono<RevisedNews> read(
            long key,
            StoredContent before,
            StoredContent after,
            @Nullable String slug,
            Filing filing,
            InputValidator validator) {
        return slug == null
                ? Mono.just(new RevisedNews(before, after, null))
                : (filing.isOwn() ? Mono.just(slug) : checks.claim(slug, SLUG, validator))
                        .flatMap(own -> repository.slug(key))
                        .map(present -> new RevisedNews(before, after, present.equals(slug) ? null : slug));
    }

    private static StoredContent revised(
            StoredContent now, ReviseNewsInput input, List<String> topics, Filing filing, InputValidator validator) {
        PublicationChecks.checkSeries(input.series().value(), filing, InputPath.INPUT.field("series"), validator);
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
                orKept(value(input.kind(), "kind", validator), now.kind()),
                orKept(value(input.urgency(), "urgency", validator), now.urgency()),
                input.topics().isOmitted()
                        ? now.topics()
                        : PublicationChecks.keys(topics, filing.topics(), InputPath.INPUT.field("topics"), validator),
                input.series().isOmitted() ? now.series() : filing.series(),
                input.figures().isOmitted()
                        ? now.figures()
                        : validator.figures(
                                InputPath.INPUT.field("figures"),
                                input.figures().value()),
                input.validUntil().isOmitted()
                        ? now.validUntil()
                        : PublicationChecks.validUntil(
                                input.validUntil().value(), InputPath.INPUT.field("validUntil"), validator));
        if (revised.series() != null
                && !(input.figures().isOmitted() && input.series().isOmitted())) {
            PublicationChecks.checkUnits(revised.figures(), filing, InputPath.INPUT.field("figures"), validator);
        }
        PublicationChecks.checkKind(revised.kind(), revised.figures(), InputPath.INPUT.field("figures"), validator);
        return revised;
    }

    /** The value of a field that can't be removed; null where it was left out. */
    private static <T> @Nullable T value(ArgumentValue<T> given, String name, InputValidator validator) {
        T value = given.value();
        if (!given.isOmitted() && value == null) {
            validator.mark(
                    UserErrorCode.INVALID,
                    InputPath.INPUT.field(name),
                    name + " must not be null: leave it out to keep its value");
        }
        return value;
    }

    private static <T> T orKept(@Nullable T value, T now) {
        return value == null ? now : value;
    }
}
