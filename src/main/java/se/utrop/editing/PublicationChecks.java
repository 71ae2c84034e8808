package se.utrop.editing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.editing.EditingRepository.Filing;
import se.utrop.news.Figure;
import se.utrop.news.NewsKind;
import se.utrop.text.Slug;

/** Validates news for publication, and resolves the topics, the series and the slug. */
@Component
class PublicationChecks {

    private static final InputPath NEWS = InputPath.INPUT.field("news");

    private final EditingRepository repository;

    PublicationChecks(EditingRepository repository) {
        this.repository = repository;
    }

    /** Empty where something has to be put right. */
    Mono<PublishableNews> read(NewsContent news, InputValidator validator) {
        checkTime(news.publishedAt(), NEWS, validator);
        return repository
                .filing(news.topics(), news.series(), news.slug(), 0)
                .map(filing -> content(news, filing, NEWS, validator))
                .filter(content -> validator.isSatisfied())
                .flatMap(content -> slug(news.slug(), content, NEWS, validator)
                        .map(chosen -> new PublishableNews(chosen, news.publishedAt(), content)));
    }

    /** @param place the path of the content in the input */
    static void checkTime(@Nullable Instant publishedAt, InputPath place, InputValidator validator) {
        if (publishedAt != null && publishedAt.isAfter(Instant.now())) {
            validator.mark(
                    UserErrorCode.INVALID,
                    place.field("publishedAt"),
                    place.field("publishedAt") + " must not be in the future: schedule the news item instead");
        }
    }

    /**
     * The content as the database stores it.
     *
     * @param place the path of the content in the input
     */
    static StoredContent content(NewsContent news, Filing filing, InputPath place, InputValidator validator) {
        List<String> topics = validator.topics(place.field("topics"), news.topics());
        String slug = news.slug() == null ? null : validator.slug(place.field("slug"), news.slug());
        if (slug != null && filing.isTaken()) {
            markTaken(slug, place.field("slug"), validator);
        }
        return content(news, topics, filing, place, validator);
    }

    static void markTaken(String slug, InputPath place, InputValidator validator) {
        validator.mark(
                UserErrorCode.SLUG_TAKEN,
                place,
                "Another news item has or had the slug %s, or is scheduled with it: choose another".formatted(slug));
    }

    private static StoredContent content(
            NewsContent news, List<String> topics, Filing filing, InputPath place, InputValidator validator) {
        List<Figure> figures = validator.figures(place.field("figures"), news.figures());
        checkKind(news.kind(), figures, place.field("figures"), validator);
        checkSeries(news.series(), filing, place.field("series"), validator);
        checkUnits(figures, filing, place.field("figures"), validator);
        return new StoredContent(
                validator.line(place.field("title"), news.title(), InputValidator.LINE),
                validator.plainProse(place.field("summary"), news.summary(), InputValidator.SUMMARY),
                validator.markupOrNull(place.field("body"), news.body(), InputValidator.BODY),
                validator.url(place.field("url"), news.url()),
                validator.image(place.field("image"), news.image()),
                news.kind(),
                news.urgency(),
                keys(topics, filing.topics(), place.field("topics"), validator),
                filing.series(),
                figures,
                validUntil(news.validUntil(), place.field("validUntil"), validator));
    }

    static @Nullable Instant validUntil(@Nullable Instant until, InputPath place, InputValidator validator) {
        if (until != null && !until.isAfter(Instant.now())) {
            validator.mark(UserErrorCode.IN_THE_PAST, place, place + " has passed: choose a later time, or none");
        }
        return until;
    }

    static void checkSeries(@Nullable String series, Filing filing, InputPath place, InputValidator validator) {
        if (series != null && filing.series() == null) {
            validator.mark(UserErrorCode.NOT_FOUND, place, "There is no series with this slug");
        }
    }

    /** A figure means the same in all reports of a series. One without a unit is counted as the series does. */
    static void checkUnits(List<Figure> figures, Filing filing, InputPath place, InputValidator validator) {
        for (int i = 0; i < figures.size(); i++) {
            Figure figure = figures.get(i);
            String agreed = filing.units().get(figure.name());
            if (agreed != null && figure.unit() != null && !agreed.equals(figure.unit())) {
                validator.mark(
                        UserErrorCode.INVALID,
                        place.entry(i).field("unit"),
                        "The series counts %s in %s: use the same unit, or another name"
                                .formatted(figure.name(), agreed.isEmpty() ? "bare numbers" : agreed));
            }
        }
    }

    static void checkKind(NewsKind kind, List<Figure> figures, InputPath place, InputValidator validator) {
        if (kind == NewsKind.ARTICLE && !figures.isEmpty()) {
            validator.mark(UserErrorCode.INVALID, place, "Only a SITUATION_REPORT has figures: remove them");
        }
    }

    static List<Long> keys(List<String> slugs, Map<String, Long> known, InputPath place, InputValidator validator) {
        List<Long> keys = new ArrayList<>();
        for (int i = 0; i < slugs.size(); i++) {
            Long key = known.get(slugs.get(i));
            if (key == null) {
                validator.mark(UserErrorCode.UNKNOWN_TOPIC, place.entry(i), "There is no topic with this slug");
            } else {
                keys.add(key);
            }
        }
        return keys;
    }

    /** Claims the slug for the transaction. Empty if somebody else has it. */
    Mono<String> slug(@Nullable String given, StoredContent content, InputPath place, InputValidator validator) {
        return given == null
                ? repository.freeSlug(Slug.of(content.title(), "nyhet"))
                : claim(given, place.field("slug"), validator);
    }

    /** Empty where another editor has just taken the slug. */
    Mono<String> claim(String slug, InputPath place, InputValidator validator) {
        return repository
                .claimSlug(slug)
                .doOnNext(claimed -> {
                    if (!claimed) {
                        markTaken(slug, place, validator);
                    }
                })
                .filter(claimed -> claimed)
                .map(claimed -> slug);
    }
}
