package se.utrop.editing;

import java.time.Instant;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.access.Caller;

/** Schedules new news items as drafts with a time, and takes them off the schedule, within a transaction. */
@Component
class ScheduleEditor {

    private final DraftRepository drafts;

    private final DraftChecks times;

    private final PublicationChecks checks;

    ScheduleEditor(DraftRepository drafts, DraftChecks times, PublicationChecks checks) {
        this.drafts = drafts;
        this.times = times;
        this.checks = checks;
    }

    Mono<MutationResult> add(Instant publishAt, NewsContent news, InputValidator validator) {
        refuseTime(news, validator);
        return times.checkTime(publishAt, news.validUntil(), validator)
                .then(Mono.defer(() -> checks.read(news, validator)))
                .zipWith(Caller.current())
                .flatMap(found -> drafts.schedule(
                        found.getT1(), news.slug(), publishAt, found.getT2().name()))
                .map(key -> MutationResult.scheduled(key, publishAt));
    }

    private static void refuseTime(NewsContent news, InputValidator validator) {
        if (news.publishedAt() != null) {
            validator.mark(
                    UserErrorCode.INVALID,
                    InputPath.INPUT.field("news").field("publishedAt"),
                    "A scheduled news item is published at publishAt: leave news.publishedAt out");
        }
    }

    Mono<MutationResult> cancel(String id, InputValidator validator) {
        long key = NewsEditor.key(id);
        return drafts.unschedule(key)
                .map(publishAt -> MutationResult.scheduled(key, publishAt))
                .switchIfEmpty(Mono.fromRunnable(() -> validator.mark(
                        UserErrorCode.NOT_FOUND,
                        InputPath.INPUT.field("id"),
                        "No news item is scheduled with this id: it has been published or cancelled")));
    }
}
