package se.utrop.editing;

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
        List<String> topics = validator.topics(NEWS.field("topics"), news.topics());
        String slug = news.slug() == null ? null : validator.slug(NEWS.field("slug"), news.slug());
        return repository
                .filing(topics, news.series(), slug)
                .map(filing -> {
                    checkSlug(slug, filing, validator);
                    return content(news, topics, filing, validator);
                })
                .filter(content -> validator.isSatisfied())
                .flatMap(content -> slug(slug, content, validator).map(chosen -> new PublishableNews(chosen, content)));
    }

    private static void checkSlug(@Nullable String slug, Filing filing, InputValidator validator) {
        if (slug != null && filing.isTaken()) {
            markTaken(slug, validator);
        }
    }

    private static void markTaken(String slug, InputValidator validator) {
        validator.mark(
                UserErrorCode.SLUG_TAKEN,
                NEWS.field("slug"),
                "Another news item has or had the slug %s, or is scheduled with it: choose another".formatted(slug));
    }

    private static StoredContent content(
            NewsContent news, List<String> topics, Filing filing, InputValidator validator) {
        List<Figure> figures = validator.figures(NEWS.field("figures"), news.figures());
        checkKind(news.kind(), figures, NEWS.field("figures"), validator);
        if (news.series() != null && filing.series() == null) {
            validator.mark(UserErrorCode.NOT_FOUND, NEWS.field("series"), "There is no series with this slug");
        }
        return new StoredContent(
                validator.line(NEWS.field("title"), news.title(), InputValidator.LINE),
                validator.plainProse(NEWS.field("summary"), news.summary(), InputValidator.SUMMARY),
                validator.markupOrNull(NEWS.field("body"), news.body(), InputValidator.BODY),
                validator.url(NEWS.field("url"), news.url()),
                validator.image(NEWS.field("image"), news.image()),
                news.kind(),
                news.urgency(),
                keys(topics, filing.topics(), NEWS.field("topics"), validator),
                filing.series(),
                figures);
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

    private Mono<String> slug(@Nullable String given, StoredContent content, InputValidator validator) {
        return given == null
                ? repository.freeSlug(Slug.of(content.title(), "nyhet"))
                : repository
                        .claimSlug(given)
                        .doOnNext(claimed -> {
                            if (!claimed) {
                                markTaken(given, validator);
                            }
                        })
                        .filter(claimed -> claimed)
                        .map(claimed -> given);
    }
}
