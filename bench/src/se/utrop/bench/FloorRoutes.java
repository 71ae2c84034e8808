package se.utrop.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/** Fixed bytes from within Utrop's own server: what Utrop costs beyond this is its own. */
@AutoConfiguration
@ConditionalOnProperty("floor.answers")
public class FloorRoutes {

    private static final int ORDER = -1;

    /** Each hot answer of a directory at {@code /floor/} and its scenario's name. */
    @Bean
    SimpleUrlHandlerMapping floor(@Value("${floor.answers}") Path answers) throws IOException {
        try (Stream<Path> files = Files.list(answers)) {
            Map<String, WebHandler> handlers = files.filter(
                            file -> file.toString().endsWith("-hot.json"))
                    .collect(Collectors.toMap(FloorRoutes::path, FloorRoutes::handler));
            return new SimpleUrlHandlerMapping(handlers, ORDER);
        }
    }

    private static String path(Path file) {
        return "/floor/" + file.getFileName().toString().replace("-hot.json", "");
    }

    private static WebHandler handler(Path file) {
        try {
            byte[] answer = Files.readAllBytes(file);
            return exchange -> exchange.getRequest()
                    .getBody()
                    .doOnNext(DataBufferUtils::release)
                    .then(Mono.defer(() -> answer(exchange, answer)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Mono<Void> answer(ServerWebExchange exchange, byte[] answer) {
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(answer.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(answer)));
    }
}
