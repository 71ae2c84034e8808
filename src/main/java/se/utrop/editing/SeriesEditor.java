package se.utrop.editing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.ArgumentValue;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.text.Slug;

/** Creates, renames and describes series, within a transaction. */
@Component
class SeriesEditor {

    private static final InputPath SLUG = InputPath.INPUT.field("slug");
    private static final InputPath NAME = InputPath.INPUT.field("name");
    private static final InputPath DESCRIPTION = InputPath.INPUT.field("description");
    private static final InputPath FIGURES = InputPath.INPUT.field("figures");

    private final SeriesEditingRepository series;

    SeriesEditor(SeriesEditingRepository series) {
        this.series = series;
    }

    Mono<MutationResult> create(
            @Nullable String slug,
            String name,
            @Nullable String description,
            @Nullable List<SeriesFigure> figures,
            InputValidator validator) {
        String line = validator.name(NAME, name, InputValidator.LINE);
        String text = validator.proseOrNull(DESCRIPTION, description, InputValidator.NOTE);
        List<SeriesFigure> agreed = validator.seriesFigures(FIGURES, figures);
        String given = slug == null ? null : validator.slug(SLUG, slug);
        return series.lock()
                .then(checkName(line, 0, validator))
                .then(given == null ? series.names().freeSlug(Slug.of(line, "serie")) : unusedSlug(given, validator))
                .filter(chosen -> validator.isSatisfied())
                .flatMap(chosen -> series.create(chosen, line, text))
                .delayUntil(key -> series.setFigures(key, agreed))
                .map(MutationResult::of);
    }

    Mono<MutationResult> rename(String slug, String name, InputValidator validator) {
        String line = validator.name(NAME, name, InputValidator.LINE);
        return key(slug, validator)
                .flatMap(key -> checkName(line, key, validator).thenReturn(key))
                .filter(key -> validator.isSatisfied())
                .delayUntil(key -> series.rename(key, line))
                .map(MutationResult::of);
    }

    Mono<MutationResult> describe(
            String slug,
            ArgumentValue<String> description,
            @Nullable List<SeriesFigure> figures,
            InputValidator validator) {
        String text = validator.proseOrNull(DESCRIPTION, description.value(), InputValidator.NOTE);
        List<SeriesFigure> agreed = validator.seriesFigures(FIGURES, figures);
        return key(slug, validator)
                .filter(key -> validator.isSatisfied())
                .delayUntil(key ->
                        description.isOmitted() ? Mono.empty() : series.names().describe(key, text))
                .delayUntil(key -> series.setFigures(key, agreed))
                .map(MutationResult::of);
    }

    /** The key; marks the slug and returns 0 if there is none. */
    private Mono<Long> key(String slug, InputValidator validator) {
        return series.lock().then(series.names().key(slug)).switchIfEmpty(Mono.fromSupplier(() -> {
            validator.mark(UserErrorCode.NOT_FOUND, SLUG, "There is no series with this slug");
            return 0L;
        }));
    }

    private Mono<Void> checkName(String name, long except, InputValidator validator) {
        return series.names()
                .isNamed(name, except)
                .doOnNext(isNamed -> {
                    if (isNamed) {
                        validator.mark(UserErrorCode.INVALID, NAME, "Another series has this name: choose another");
                    }
                })
                .then();
    }

    private Mono<String> unusedSlug(String slug, InputValidator validator) {
        return series.names()
                .key(slug)
                .doOnNext(key -> validator.mark(
                        UserErrorCode.SLUG_TAKEN,
                        SLUG,
                        "Another series has the slug %s: choose another".formatted(slug)))
                .thenReturn(slug);
    }
}
