package se.utrop.editing;

import static se.utrop.access.TokenScope.READ_AUDIT;

import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Mono;
import se.utrop.access.Caller;
import se.utrop.graphql.Limits;
import se.utrop.paging.Connection;
import se.utrop.paging.Cursors;
import se.utrop.paging.PageArguments;
import se.utrop.paging.Position;
import se.utrop.paging.Window;

/** The audit log in pages, for those who may read it. */
@Controller
class EditorialLogController {

    private final EditorialLogRepository log;

    private final Cursors cursors;

    private final Limits limits;

    EditorialLogController(EditorialLogRepository log, Cursors cursors, Limits limits) {
        this.log = log;
        this.cursors = cursors;
        this.limits = limits;
    }

    @QueryMapping
    Mono<Connection<EditorialLogEntry>> editorialLog(
            @Argument @Nullable String newsId, @Argument @Nullable Integer first, @Argument @Nullable String after) {
        return Caller.current()
                .doOnNext(caller -> caller.require(READ_AUDIT))
                .flatMap(caller -> page(newsId == null ? null : NewsEditor.key(newsId), first, after));
    }

    private Mono<Connection<EditorialLogEntry>> page(
            @Nullable Long news, @Nullable Integer first, @Nullable String after) {
        String list = "editorialLog " + news;
        Window window = new PageArguments(first, after, null, null).window(() -> list, cursors, limits);
        long before = window.after() == null ? Long.MAX_VALUE : window.after().key();
        return log.find(before, window.size() + 1, news)
                .map(found -> Connection.of(
                        window,
                        found,
                        window.after() != null,
                        false,
                        0,
                        entry -> cursors.write(list, new Position(0, entry.number()))));
    }
}
