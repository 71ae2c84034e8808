package se.utrop.site;

import java.nio.charset.StandardCharsets;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/** Answers browsers at an unknown address with a page of the site. Other clients get the error of Spring Boot. */
@Component
@ConditionalOnWebApplication
@ConditionalOnBooleanProperty(name = "utrop.site.enabled", matchIfMissing = true)
@Order(UnknownAddress.BEFORE_BOOT)
class UnknownAddress implements WebExceptionHandler {

    static final int BEFORE_BOOT = -2;

    private final Pages pages;

    private final Site site;

    UnknownAddress(Pages pages, Site site) {
        this.pages = pages;
        this.site = site;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        boolean unknown = failure instanceof ResponseStatusException status
                && status.getStatusCode().equals(HttpStatus.NOT_FOUND);
        return unknown
                        && isOfBrowser(exchange.getRequest())
                        && !exchange.getResponse().isCommitted()
                ? write(exchange.getResponse())
                : Mono.error(failure);
    }

    /** Browsers name HTML when they navigate; programs mostly accept anything. */
    private static boolean isOfBrowser(ServerHttpRequest request) {
        return request.getMethod().equals(HttpMethod.GET)
                && request.getHeaders().getOrEmpty("Accept").stream()
                        .anyMatch(accepted -> accepted.contains(MediaType.TEXT_HTML_VALUE));
    }

    private Mono<Void> write(ServerHttpResponse response) {
        byte[] content = pages.render(pages.notFound());
        response.setStatusCode(HttpStatus.NOT_FOUND);
        response.getHeaders().set("Content-Security-Policy", site.policy());
        response.getHeaders().setContentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8));
        response.getHeaders().setContentLength(content.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(content)));
    }
}
