package se.utrop.graphql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import se.utrop.graphql.PersistedDocumentProperties.Mode;
import se.utrop.text.Sha256;

/**
 * Documents that a request names by their SHA-256 instead of sending them: those that the operator put into a directory,
 * and those that clients have sent before (automatic persisted queries).
 *
 * @see <a href="https://github.com/graphql/graphql-over-http/pull/264">GraphQL over HTTP, persisted documents</a>
 * @see <a href="https://www.apollographql.com/docs/apollo-server/performance/apq">Automatic persisted queries</a>
 */
@Component
public class PersistedDocuments {

    private static final String SHA256 = "sha256:";

    /** Bytes of an entry of the cache. */
    private static final int OVERHEAD = 150;

    private final Mode mode;
    private final boolean automatic;
    private final Map<String, String> ours;
    private final Cache<String, String> sent;

    PersistedDocuments(PersistedDocumentProperties properties) {
        this.mode = properties.mode();
        this.automatic = properties.automatic().toBytes() > 0;
        this.ours = properties.mode() == Mode.OFF || properties.directory() == null
                ? Map.of()
                : read(properties.directory());
        this.sent = Caffeine.newBuilder()
                .maximumWeight(properties.automatic().toBytes())
                .<String, String>weigher((hash, text) -> OVERHEAD + Weight.of(hash) + Weight.of(text))
                .executor(Runnable::run)
                .build();
    }

    private static Map<String, String> read(Path directory) {
        Map<String, String> documents = new HashMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".graphql")).toList()) {
                String text = Files.readString(file);
                documents.put(Sha256.hex(text), text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("utrop.documents.directory can't be read: " + e.getMessage(), e);
        }
        return Map.copyOf(documents);
    }

    /**
     * The request with its document.
     *
     * @throws Problem PERSISTED_QUERY_NOT_FOUND where it names one that isn't known, BAD_USER_INPUT where it has none
     */
    public RequestBody complete(RequestBody request) {
        String hash = hash(request);
        if (hash == null) {
            return checked(request);
        }
        if (request.query().isEmpty()) {
            return request.withQuery(find(hash));
        }
        if (!Sha256.hex(request.query()).equals(hash)) {
            throw Problem.badInput("The hash is not the SHA-256 of the query");
        }
        RequestBody complete = checked(request);
        if (automatic && mode != Mode.ONLY) {
            sent.put(hash, request.query());
        }
        return complete;
    }

    private RequestBody checked(RequestBody request) {
        if (request.query().isEmpty()) {
            throw Problem.badInput("query must be a string that holds a GraphQL document");
        }
        if (mode == Mode.ONLY && !ours.containsKey(Sha256.hex(request.query()))) {
            throw Problem.badInput("Only persisted documents are answered here: send the documentId of one");
        }
        return request;
    }

    private String find(String hash) {
        String known = ours.get(hash);
        String text = known == null ? sent.getIfPresent(hash) : known;
        if (text == null) {
            throw new Problem(
                    ErrorCode.PERSISTED_QUERY_NOT_FOUND,
                    automatic && mode != Mode.ONLY ? "PersistedQueryNotFound" : "PersistedQueryNotSupported");
        }
        return text;
    }

    /** The hash by which a request names its document; null where it names none. */
    private static @Nullable String hash(RequestBody request) {
        String id = request.documentId();
        if (id != null) {
            if (!id.startsWith(SHA256)) {
                throw Problem.badInput("documentId must be sha256: and the SHA-256 of the document in hexadecimal");
            }
            return id.substring(SHA256.length()).toLowerCase(Locale.ROOT);
        }
        Object extension = request.extensions().get("persistedQuery");
        if (extension == null) {
            return null;
        }
        if (!(extension instanceof Map<?, ?> persisted)
                || !List.of(1).contains(persisted.get("version"))
                || !(persisted.get("sha256Hash") instanceof String hash)) {
            throw Problem.badInput("extensions.persistedQuery must have version 1 and a sha256Hash");
        }
        return hash.toLowerCase(Locale.ROOT);
    }
}
