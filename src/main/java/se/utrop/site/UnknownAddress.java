package se.utrop.site;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/**
 * Answers browsers at an unknown address with a page of the site. Other clients get the error of Spring Boot. Caches keep the
 * page, as they keep other pages, but not the error.
 */
@Component
@ConditionalOnWebApplication
@ConditionalOnBooleanProperty(name = "utrop.site.enabled", matchIfMissing = true)
@Order(UnknownAddress.BEFORE_BOOT)
class UnknownAddress implements WebExceptionHandler {

    static final int BEFORE_BOOT = -2;

    /** Under which the page is cached: no request has this address. */
    private static final String ADDRESS = "/ ";

    private final Pages pages;

    UnknownAddress(Pages pages) {
        this.pages = pages;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        if (!isUnknown(failure) || exchange.getResponse().isCommitted()) {
            return Mono.error(failure);
        }
        HttpHeaders headers = exchange.getResponse().getHeaders();
        headers.add(HttpHeaders.VARY, HttpHeaders.ACCEPT);
        if (isOfBrowser(exchange.getRequest())) {
            return pages.serve(exchange, ADDRESS, queries -> Mono.empty());
        }
        headers.setCacheControl("no-store");
        return Mono.error(failure);
    }

    private static boolean isUnknown(Throwable failure) {
        return failure instanceof ResponseStatusException status
                && status.getStatusCode().equals(HttpStatus.NOT_FOUND);
    }

    /** Browsers name HTML when they navigate; programs mostly accept anything. */
    private static boolean isOfBrowser(ServerHttpRequest request) {
        return request.getMethod().equals(HttpMethod.GET)
                && request.getHeaders().getOrEmpty("Accept").stream()
                        .anyMatch(accepted -> accepted.contains(MediaType.TEXT_HTML_VALUE));
    }
}
