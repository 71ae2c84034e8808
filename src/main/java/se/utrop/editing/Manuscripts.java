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

/** Makes what editors write ready to be published. */
@Component
class Manuscripts {

    private static final Place NEWS = Place.INPUT.field("news");

    private final EditingRepository repository;

    Manuscripts(EditingRepository repository) {
        this.repository = repository;
    }

    /** Empty where something has to be put right. */
    Mono<Manuscript> read(NewsContent news, Proofreader proof) {
        List<String> topics = proof.topics(NEWS.field("topics"), news.topics());
        String slug = news.slug() == null ? null : proof.slug(NEWS.field("slug"), news.slug());
        return repository
                .filing(topics, news.series(), slug)
                .map(filing -> {
                    checkSlug(slug, filing, proof);
                    return content(news, topics, filing, proof);
                })
                .filter(content -> proof.isSatisfied())
                .flatMap(content -> slug(slug, content, proof).map(chosen -> new Manuscript(chosen, content)));
    }

    private static void checkSlug(@Nullable String slug, Filing filing, Proofreader proof) {
        if (slug != null && filing.isTaken()) {
            markTaken(slug, proof);
        }
    }

    private static void markTaken(String slug, Proofreader proof) {
        proof.mark(
                UserErrorCode.SLUG_TAKEN,
                NEWS.field("slug"),
                "Another news item has or had the slug %s, or is scheduled with it: choose another".formatted(slug));
    }

    private static Content content(NewsContent news, List<String> topics, Filing filing, Proofreader proof) {
        List<Figure> figures = proof.figures(NEWS.field("figures"), news.figures());
        checkKind(news.kind(), figures, NEWS.field("figures"), proof);
        if (news.series() != null && filing.series() == null) {
            proof.mark(UserErrorCode.NOT_FOUND, NEWS.field("series"), "There is no series with this slug");
        }
        return new Content(
                proof.line(NEWS.field("title"), news.title(), Proofreader.LINE),
                proof.plainProse(NEWS.field("summary"), news.summary(), Proofreader.SUMMARY),
                proof.markupOrNull(NEWS.field("body"), news.body(), Proofreader.BODY),
                proof.url(NEWS.field("url"), news.url()),
                proof.image(NEWS.field("image"), news.image()),
                news.kind(),
                news.urgency(),
                keys(topics, filing.topics(), NEWS.field("topics"), proof),
                filing.series(),
                figures);
    }

    static void checkKind(NewsKind kind, List<Figure> figures, Place place, Proofreader proof) {
        if (kind == NewsKind.ARTICLE && !figures.isEmpty()) {
            proof.mark(UserErrorCode.INVALID, place, "Only a SITUATION_REPORT has figures");
        }
    }

    static List<Long> keys(List<String> slugs, Map<String, Long> known, Place place, Proofreader proof) {
        List<Long> keys = new ArrayList<>();
        for (int i = 0; i < slugs.size(); i++) {
            Long key = known.get(slugs.get(i));
            if (key == null) {
                proof.mark(UserErrorCode.UNKNOWN_TOPIC, place.entry(i), "There is no topic with this slug");
            } else {
                keys.add(key);
            }
        }
        return keys;
    }

    private Mono<String> slug(@Nullable String given, Content content, Proofreader proof) {
        return given == null
                ? repository.freeSlug(Slug.of(content.title(), "nyhet"))
                : repository
                        .claimSlug(given)
                        .doOnNext(claimed -> {
                            if (!claimed) {
                                markTaken(given, proof);
                            }
                        })
                        .filter(claimed -> claimed)
                        .map(claimed -> given);
    }
}
