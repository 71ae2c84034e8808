package se.utrop.http;

import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import se.utrop.text.Sha256;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A complete response to a GraphQL request. Each content coding is compressed once, on first use. */
final class CachedResponse {

    private static final int TAG_BYTES = 16;

    private static final int WEIGHT = 700;

    private static final int ENCODED_WEIGHT = 100;

    private final byte[] json;
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
        this(json, outcome, surrogateKeys, feedCursor, null);
    }

    private CachedResponse(
            byte[] json,
            ResponseOutcome outcome,
            String surrogateKeys,
            @Nullable String feedCursor,
            @Nullable Instant staleSince) {
        this.json = json;
        this.outcome = outcome;
        this.surrogateKeys = surrogateKeys;
        this.feedCursor = feedCursor;
        this.staleSince = staleSince;
    }

    /** Returns a copy for use while the response may be outdated. It has {@code extensions.stale}. */
    CachedResponse staleSince(Instant since, JsonMapper mapper) {
        ObjectNode root = (ObjectNode) mapper.readTree(json);
        root.withObject("extensions").withObject("stale").put("since", since.toString());
        return new CachedResponse(mapper.writeValueAsBytes(root), outcome, surrogateKeys, feedCursor, since);
    }

    /** Returns a copy that states this position in the feed. */
    CachedResponse at(@Nullable String cursor) {
        return new CachedResponse(json, outcome, surrogateKeys, cursor, staleSince);
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
        UNAVAILABLE
    }

    /** The encoded response body, with the strong entity tag of exactly these bytes. */
    static final class EncodedResponse {

        private final CachedResponse answer;
        private final ContentCoding coding;
        private final byte[] content;

        EncodedResponse(CachedResponse answer, ContentCoding coding) {
            this.answer = answer;
            this.coding = coding;
            this.content = coding.encode(answer.json);
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
        ContentCoding coding = json.length < ContentCoding.WORTHWHILE ? ContentCoding.IDENTITY : wanted;
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
            digest = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(Sha256.of(json), TAG_BYTES));
            tag = digest;
        }
        return coding == ContentCoding.IDENTITY ? "\"" + digest + "\"" : "\"" + digest + "-" + coding.token() + "\"";
    }

    /** Approximate size in memory, in bytes. */
    int weight() {
        int weight = WEIGHT + json.length + surrogateKeys.length();
        for (EncodedResponse one : encoded.values()) {
            weight += one.coding == ContentCoding.IDENTITY ? ENCODED_WEIGHT : ENCODED_WEIGHT + one.content.length;
        }
        return weight;
    }
}
