package se.utrop.graphql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import se.utrop.graphql.PersistedDocumentProperties.Mode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Persisted documents, which a request names by id instead of sending them. They come from the operator's directory, or
 * from clients that sent them earlier and name them by their SHA-256 (automatic persisted queries).
 *
 * @see <a href="https://github.com/graphql/graphql-over-http/pull/264">GraphQL over HTTP, persisted documents</a>
 * @see <a href="https://www.apollographql.com/docs/apollo-server/performance/apq">Automatic persisted queries</a>
 */
@Component
public class PersistedDocuments {

    /** The version of automatic persisted queries. */
    private static final Integer VERSION = 1;

    /** Overhead of a cache entry, in bytes. */
    private static final int OVERHEAD = 150;

    private final Mode mode;
    private final boolean automatic;
    private final StoredDocuments ours;
    private final Cache<String, String> sent;

    PersistedDocuments(PersistedDocumentProperties properties, Documents documents, JsonMapper json) {
        this.mode = properties.mode();
        this.automatic = properties.automatic().toBytes() > 0;
        this.ours = stored(properties, documents, json);
        this.sent = Caffeine.newBuilder()
                .maximumWeight(properties.automatic().toBytes())
                .<String, String>weigher((hash, text) -> OVERHEAD + Weight.of(hash) + Weight.of(text))
                .executor(Runnable::run)
                .build();
    }

    private static StoredDocuments stored(
            PersistedDocumentProperties properties, Documents documents, JsonMapper json) {
        return properties.mode() == Mode.OFF || properties.directory() == null
                ? StoredDocuments.NONE
                : StoredDocuments.of(DocumentFiles.read(properties.directory(), json), documents::complaint);
    }

    /**
     * Adds the document to a request that names it by id.
     *
     * @throws Problem PERSISTED_QUERY_NOT_FOUND if the id is unknown, BAD_USER_INPUT if there is neither an id nor a
     * document
     */
    public RequestBody complete(RequestBody request) {
        DocumentId id = id(request);
        if (id == null) {
            return checked(request);
        }
        if (request.query().isEmpty()) {
            return request.withQuery(find(id));
        }
        if (!isOf(id, request.query())) {
            throw Problem.badInput("The id doesn't belong to the query: send one of the two alone");
        }
        RequestBody complete = checked(request);
        if (id.isSha256() && automatic && mode != Mode.ONLY) {
            sent.put(id.value(), request.query());
        }
        return complete;
    }

    private boolean isOf(DocumentId id, String query) {
        return id.isSha256() ? id.holds(query) : query.equals(ours.find(id));
    }

    private RequestBody checked(RequestBody request) {
        if (request.query().isEmpty()) {
            throw Problem.badInput("query must be a string that holds a GraphQL document");
        }
        if (mode == Mode.ONLY && !ours.contains(request.query())) {
            throw Problem.badInput("This server executes persisted documents only: send a documentId");
        }
        return request;
    }

    private String find(DocumentId id) {
        String known = ours.find(id);
        String text = known == null ? sent.getIfPresent(id.value()) : known;
        if (text == null) {
            throw unknown(id);
        }
        return text;
    }

    private Problem unknown(DocumentId id) {
        return id.hasOtherPrefix()
                ? Problem.badInput("documentId must be sha256: followed by the SHA-256 of the document in hexadecimal,"
                        + " or an id from the operator's files")
                : new Problem(
                        ErrorCode.PERSISTED_QUERY_NOT_FOUND,
                        automatic && mode != Mode.ONLY ? "PersistedQueryNotFound" : "PersistedQueryNotSupported");
    }

    /** The id in the request; null if there is none. */
    private static @Nullable DocumentId id(RequestBody request) {
        if (request.documentId() != null) {
            return DocumentId.of(request.documentId());
        }
        Object extension = request.extensions().get("persistedQuery");
        if (extension == null) {
            return null;
        }
        if (!(extension instanceof Map<?, ?> persisted)
                || !VERSION.equals(persisted.get("version"))
                || !(persisted.get("sha256Hash") instanceof String hash)) {
            throw Problem.badInput("extensions.persistedQuery must have version 1 and a sha256Hash");
        }
        return DocumentId.of(hash.startsWith(DocumentId.SHA256) ? hash : DocumentId.SHA256 + hash);
    }
}
