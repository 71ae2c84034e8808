package se.utrop.editing;

import java.time.Instant;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Puts news on the schedule and takes them off, within a transaction. */
@Component
class ScheduleEditor {

    private final ScheduleRepository schedule;

    private final Manuscripts manuscripts;

    ScheduleEditor(ScheduleRepository schedule, Manuscripts manuscripts) {
        this.schedule = schedule;
        this.manuscripts = manuscripts;
    }

    Mono<Outcome> add(Instant publishAt, NewsContent news, Proofreader proof) {
        return schedule.isToCome(publishAt)
                .doOnNext(isToCome -> {
                    if (!isToCome) {
                        proof.mark(
                                UserErrorCode.IN_THE_PAST,
                                Place.INPUT.field("publishAt"),
                                "publishAt is over: publish it now, or at a later time");
                    }
                })
                .then(Mono.defer(() -> manuscripts.read(news, proof)))
                .flatMap(manuscript -> schedule.add(manuscript, publishAt))
                .map(key -> Outcome.scheduled(key, publishAt));
    }

    Mono<Outcome> cancel(String id, Proofreader proof) {
        long key = NewsEditor.key(id);
        return schedule.cancel(key)
                .map(publishAt -> Outcome.scheduled(key, publishAt))
                .switchIfEmpty(Mono.fromRunnable(() -> proof.mark(
                        UserErrorCode.NOT_FOUND,
                        Place.INPUT.field("id"),
                        "No news item is scheduled under this id: it was published already, or cancelled")));
    }
}
