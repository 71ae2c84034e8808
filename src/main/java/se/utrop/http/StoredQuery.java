package se.utrop.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** A GraphQL query of a page or a feed, and the type of its data. */
public record StoredQuery<T>(String text, Class<T> type) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /**
     * Reads the query from its file.
     *
     * @param path of the file on the class path, without its ending, such as site/FrontPage
     */
    public static <T> StoredQuery<T> of(String path, Class<T> type) {
        return new StoredQuery<>(read(path), type);
    }

    /** The document in a file, for clients that send it themselves. */
    public static String read(String path) {
        try {
            return new ClassPathResource(path + ".graphql")
                    .getContentAsString(StandardCharsets.UTF_8)
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Mono<T> execute(Queries queries, Map<String, @Nullable Object> variables) {
        return queries.execute(text, variables).map(data -> JSON.convertValue(data, type));
    }
}
