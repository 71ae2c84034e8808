package se.utrop.syndication;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import reactor.core.publisher.Mono;
import se.utrop.http.Queries;
import tools.jackson.databind.json.JsonMapper;

/** A GraphQL document of a feed or a sitemap, and the type of its data. */
record Document<T>(String text, Class<T> type) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Reads the document from its file. */
    static <T> Document<T> of(String name, Class<T> type) {
        try {
            String text = new ClassPathResource("syndication/" + name + ".graphql")
                    .getContentAsString(StandardCharsets.UTF_8)
                    .strip();
            return new Document<>(text, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Mono<T> execute(Queries queries, Map<String, @Nullable Object> variables) {
        return queries.execute(text, variables).map(data -> JSON.convertValue(data, type));
    }
}
