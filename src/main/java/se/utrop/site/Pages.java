package se.utrop.site;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import se.utrop.graphql.Problem;
import se.utrop.http.Queries;
import se.utrop.http.RenderedResponses;
import se.utrop.http.Rendering;

/** Serves pages from the response cache. */
@Component
@ConditionalOnWebApplication
class Pages {

    private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);

    private final RenderedResponses responses;

    private final Templates templates;

    private final Site site;

    Pages(RenderedResponses responses, Templates templates, Site site) {
        this.responses = responses;
        this.templates = templates;
        this.site = site;
    }

    /**
     * Serves a page.
     *
     * @param address the address in its canonical form, under which the page is cached
     * @param page asks for the data, and is empty if there is no such page
     */
    Mono<Void> serve(ServerWebExchange exchange, Object address, Function<Queries, Mono<Page>> page) {
        exchange.getResponse().getHeaders().set("Content-Security-Policy", site.policy());
        return responses.serve(
                exchange,
                address.toString(),
                queries -> page.apply(queries)
                        .defaultIfEmpty(notFound())
                        .onErrorResume(
                                Problem.class,
                                problem -> Mono.justOrEmpty(refusal(problem, exchange))
                                        .switchIfEmpty(Mono.error(problem)))
                        .map(this::rendering));
    }

    /** The page for an address that leads nowhere. */
    private Page notFound() {
        return problem(HttpStatus.NOT_FOUND, "missing", "/");
    }

    /** The page that tells the reader of a problem; null if only the operator can solve it. */
    private @Nullable Page refusal(Problem problem, ServerWebExchange exchange) {
        String key = switch (problem.code()) {
            case BAD_USER_INPUT -> "bad";
            case CURSOR_INVALID -> "cursor";
            case UNAVAILABLE, TIMEOUT, RATE_LIMITED -> "busy";
            default -> null;
        };
        return key == null
                ? null
                : problem(
                        RenderedResponses.status(problem.code()),
                        key,
                        exchange.getRequest().getPath().value());
    }

    private Page problem(HttpStatus status, String key, String start) {
        Texts texts = site.texts();
        Refusal refusal = new Refusal(texts.get(key + ".title"), texts.get(key + ".text"), start);
        return Page.problem(status, refusal, refusal.title());
    }

    private Rendering rendering(Page page) {
        if (page.status() == HttpStatus.MOVED_PERMANENTLY) {
            return Rendering.of(page.status(), HTML, new byte[0])
                    .withHeaders(Map.of(HttpHeaders.LOCATION, String.valueOf(page.address())));
        }
        byte[] content = templates.render(page);
        return Rendering.of(page.status(), HTML, content).whenStale(since -> stale(content, since));
    }

    /** The same page, with a notice that says since when it may be outdated. */
    private byte[] stale(byte[] content, Instant since) {
        byte[] notice = templates.render(
                "stale", Map.of("text", site.texts().get("stale", site.texts().moment(since))));
        return new String(content, StandardCharsets.UTF_8)
                .replace(NOTICE, new String(notice, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Where a page has its notice of being outdated. */
    static final String NOTICE = "<p id=\"stale\" class=\"notice\" hidden></p>";

    /** What a page of an error says, and the address to go on from. */
    record Refusal(String title, String text, String start) {}
}
