package se.utrop.http;

import graphql.ExecutionResult;
import graphql.GraphQLError;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import se.utrop.graphql.ErrorCode;
import se.utrop.text.Sha256;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A complete response. Each content coding is compressed once, on first use. */
final class CachedResponse {

    private static final int TAG_BYTES = 16;

    private static final int WEIGHT = 700;

    private static final int ENCODED_WEIGHT = 100;

    private final byte[] content;
    private final @Nullable Rendering rendering;
    private final ResponseOutcome outcome;
    private final String surrogateKeys;
    private final @Nullable String feedCursor;
    private final @Nullable Instant staleSince;

    private final Map<ContentCoding, EncodedResponse> encoded = new ConcurrentHashMap<>(2);

    private volatile @Nullable String tag;

    private volatile Runnable grown = () -> {};

    /**
     * @param surrogateKeys what the response contains, for CDNs that purge by key
     * @param feedCursor the position in the feed up to which the response is complete; null if the node did not know it
     */
    CachedResponse(byte[] json, ResponseOutcome outcome, String surrogateKeys, @Nullable String feedCursor) {
        this(json, null, outcome, surrogateKeys, feedCursor, null);
    }

    /** Creates the response of something other than an answer to a GraphQL request. */
    CachedResponse(Rendering rendering, ResponseOutcome outcome, String surrogateKeys, @Nullable String feedCursor) {
        this(rendering.content(), rendering, outcome, surrogateKeys, feedCursor, null);
    }

    private CachedResponse(
            byte[] content,
            @Nullable Rendering rendering,
            ResponseOutcome outcome,
            String surrogateKeys,
            @Nullable String feedCursor,
            @Nullable Instant staleSince) {
        this.content = content;
        this.rendering = rendering;
        this.outcome = outcome;
        this.surrogateKeys = surrogateKeys;
        this.feedCursor = feedCursor;
        this.staleSince = staleSince;
    }

    /** Returns a copy for use while the response may be outdated. An answer in JSON has {@code extensions.stale}. */
    CachedResponse staleSince(Instant since, JsonMapper json) {
        byte[] marked = rendering == null ? marked(since, json) : rendering.staleSince(since);
        return new CachedResponse(marked, rendering, outcome, surrogateKeys, feedCursor, since);
    }

    private byte[] marked(Instant since, JsonMapper json) {
        ObjectNode root = (ObjectNode) json.readTree(content);
        root.withObject("extensions").withObject("stale").put("since", since.toString());
        return json.writeValueAsBytes(root);
    }

    /** Returns a copy that states this position in the feed. */
    CachedResponse at(@Nullable String cursor) {
        return new CachedResponse(content, rendering, outcome, surrogateKeys, cursor, staleSince);
    }

    /** Since when the response may be outdated; null if it is fresh. */
    @Nullable
    Instant staleSince() {
        return staleSince;
    }

    enum ResponseOutcome {
        /** All of the requested data. */
        COMPLETE,
        /** All of the requested data, some of which holds only for this client at this moment. */
        PERSONAL,
        /** Data and errors. */
        PARTIAL,
        /** No data: the document can't be parsed. */
        UNPARSED,
        /** No data: the request is invalid. */
        REFUSED,
        /** No data: the time limit passed. */
        TIMED_OUT,
        /** No data: an internal error occurred. */
        FAILED,
        /** Refused: the operation costs too much. */
        TOO_COSTLY,
        /** Refused for now: the client's budget is used up. */
        RATE_LIMITED,
        /** Refused for now: the node is overloaded, or the database is unavailable. */
        UNAVAILABLE;

        /** The outcome of an operation with these errors. */
        static ResponseOutcome of(ExecutionResult result) {
            List<GraphQLError> errors = result.getErrors();
            if (errors.isEmpty()) {
                return COMPLETE;
            }
            if (has(ErrorCode.UNAVAILABLE, errors)) {
                return UNAVAILABLE;
            }
            if (has(ErrorCode.RATE_LIMITED, errors)) {
                return RATE_LIMITED;
            }
            if (has(ErrorCode.COST_EXCEEDED, errors)) {
                return TOO_COSTLY;
            }
            return result.isDataPresent() ? PARTIAL : withoutData(errors);
        }

        private static ResponseOutcome withoutData(List<GraphQLError> errors) {
            if (has(ErrorCode.TIMEOUT, errors)) {
                return TIMED_OUT;
            }
            if (has(ErrorCode.GRAPHQL_PARSE_FAILED, errors)) {
                return UNPARSED;
            }
            return has(ErrorCode.INTERNAL, errors) ? FAILED : REFUSED;
        }

        private static boolean has(ErrorCode code, List<GraphQLError> errors) {
            return errors.stream().anyMatch(error -> error.getErrorType() == code);
        }
    }

    /** The encoded response body, with the strong entity tag of exactly these bytes. */
    static final class EncodedResponse {

        private final CachedResponse answer;
        private final ContentCoding coding;
        private final byte[] content;

        EncodedResponse(CachedResponse answer, ContentCoding coding) {
            this.answer = answer;
            this.coding = coding;
            this.content = coding.encode(answer.content);
        }

        ContentCoding coding() {
            return coding;
        }

        /** Must not be modified. */
        byte[] content() {
            return content;
        }

        String entityTag() {
            return answer.entityTag(coding);
        }
    }

    /** Null for an answer to a GraphQL request. */
    @Nullable
    Rendering rendering() {
        return rendering;
    }

    ResponseOutcome outcome() {
        return outcome;
    }

    boolean isComplete() {
        return outcome == ResponseOutcome.COMPLETE;
    }

    String surrogateKeys() {
        return surrogateKeys;
    }

    @Nullable
    String feedCursor() {
        return feedCursor;
    }

    EncodedResponse encoded(ContentCoding wanted) {
        ContentCoding coding = content.length < ContentCoding.WORTHWHILE ? ContentCoding.IDENTITY : wanted;
        EncodedResponse ready = encoded.get(coding);
        return ready == null ? encode(coding) : ready;
    }

    private EncodedResponse encode(ContentCoding coding) {
        EncodedResponse made = encoded.computeIfAbsent(coding, one -> new EncodedResponse(this, one));
        grown.run();
        return made;
    }

    /** Sets an action to run whenever the response takes more memory than before. */
    void whenGrown(Runnable action) {
        grown = action;
    }

    private String entityTag(ContentCoding coding) {
        String digest = tag;
        if (digest == null) {
            digest = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Arrays.copyOf(Sha256.of(content), TAG_BYTES));
            tag = digest;
        }
        return coding == ContentCoding.IDENTITY ? "\"" + digest + "\"" : "\"" + digest + "-" + coding.token() + "\"";
    }

    /** Approximate size in memory, in bytes. */
    int weight() {
        int weight = WEIGHT + content.length + surrogateKeys.length();
        for (EncodedResponse one : encoded.values()) {
            weight += one.coding == ContentCoding.IDENTITY ? ENCODED_WEIGHT : ENCODED_WEIGHT + one.content.length;
        }
        return weight;
    }
}
