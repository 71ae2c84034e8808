package se.utrop.graphiql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Serves the GraphiQL page, its example queries and its static files. */
@Configuration(proxyBeanMethods = false)
class Graphiql {

    static final List<String> EXAMPLES = List.of(
            "FrontPage",
            "TopicPage",
            "SituationReports",
            "NewsItem",
            "Search",
            "Archive",
            "Feed",
            "SaveDraft",
            "Schedule",
            "Correct",
            "Withdraw",
            "AuditLog");

    /** Hash of the one inline style element that GraphiQL adds, which prevents scrolling behind an open dialog. */
    private static final String SCROLL_LOCK = "'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc='";

    private static final String POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' " + SCROLL_LOCK,
            "connect-src 'self'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'");

    private static final CacheControl FOREVER =
            CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();

    @Bean
    RouterFunction<ServerResponse> graphiqlRoutes(GraphiqlProperties properties) throws IOException {
        Assets assets = new Assets();
        String page = Assets.own("index.html").replace("{version}", assets.version());
        List<String> examples = examples();
        RouterFunction<ServerResponse> routes = RouterFunctions.route()
                .route(reading("/graphiql"), request -> page(page))
                .route(reading("/graphiql/examples"), request -> examples(examples))
                .route(reading("/graphiql/assets/{version}/{name}"), request -> asset(assets, request))
                .before(Graphiql::guard)
                .build();
        return RouterFunctions.nest(request -> properties.enabled(), routes);
    }

    static List<String> examples() throws IOException {
        List<String> examples = new ArrayList<>();
        for (String operation : EXAMPLES) {
            examples.add(Assets.own("examples/" + operation + ".graphql").strip());
        }
        return examples;
    }

    private static RequestPredicate reading(String path) {
        return RequestPredicates.methods(HttpMethod.GET, HttpMethod.HEAD).and(RequestPredicates.path(path));
    }

    private static Mono<ServerResponse> page(String html) {
        return ServerResponse.ok()
                .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                .cacheControl(CacheControl.noCache())
                .bodyValue(html);
    }

    private static Mono<ServerResponse> examples(List<String> examples) {
        return ServerResponse.ok().cacheControl(CacheControl.noCache()).bodyValue(examples);
    }

    private static Mono<ServerResponse> asset(Assets assets, ServerRequest request) {
        return Mono.justOrEmpty(assets.find(request.pathVariable("version"), request.pathVariable("name")))
                .flatMap(file -> request.checkNotModified(assets.version())
                        .switchIfEmpty(ServerResponse.ok().cacheControl(FOREVER).bodyValue(file)))
                .switchIfEmpty(ServerResponse.notFound().build());
    }

    private static ServerRequest guard(ServerRequest request) {
        HttpHeaders headers = request.exchange().getResponse().getHeaders();
        headers.set("Content-Security-Policy", POLICY);
        return request;
    }
}
