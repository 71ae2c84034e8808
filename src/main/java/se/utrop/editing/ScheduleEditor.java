package se.utrop.editing;

import java.time.Instant;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Schedules news, and cancels scheduled news, within a transaction. */
@Component
class ScheduleEditor {

    private final ScheduleRepository schedule;

    private final PublicationChecks checks;

    ScheduleEditor(ScheduleRepository schedule, PublicationChecks checks) {
        this.schedule = schedule;
        this.checks = checks;
    }

    Mono<MutationResult> add(Instant publishAt, NewsContent news, InputValidator validator) {
        return schedule.isToCome(publishAt)
                .doOnNext(isToCome -> {
                    if (!isToCome) {
                        validator.mark(
                                UserErrorCode.IN_THE_PAST,
                                InputPath.INPUT.field("publishAt"),
                                "publishAt has passed: publish the news item now, or choose a later time");
                    }
                })
                .doOnNext(isToCome -> refuseTime(news, validator))
                .then(Mono.defer(() -> checks.read(news, validator)))
                .flatMap(checked -> schedule.add(checked, publishAt))
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
        return schedule.cancel(key)
                .map(publishAt -> MutationResult.scheduled(key, publishAt))
                .switchIfEmpty(Mono.fromRunnable(() -> validator.mark(
                        UserErrorCode.NOT_FOUND,
                        InputPath.INPUT.field("id"),
                        "No news item is scheduled with this id: it has been published or cancelled")));
    }
}
