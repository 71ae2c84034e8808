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

/** A finished answer to a GraphQL request; packed, in each of the ways that were asked for, once. */
final class CachedResponse {

    private static final int TAG_BYTES = 16;

    private static final int WEIGHT = 700;

    private static final int PACKED = 100;

    private final byte[] json;
    private final ResponseOutcome outcome;
    private final String surrogateKeys;
    private final @Nullable String feedCursor;
    private final @Nullable Instant staleSince;

    private final Map<ContentCoding, EncodedResponse> encoded = new ConcurrentHashMap<>(2);

    private volatile @Nullable String tag;

    private volatile Runnable grown = () -> {};

    /**
     * @param surrogateKeys what it is about, for caches that can be told what to forget
     * @param feedCursor the position in the feed up to which it knows everything, where the node knew
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

    /** The same, for when it is no longer known to be current: it says so in {@code extensions.stale}. */
    CachedResponse staleSince(Instant since, JsonMapper mapper) {
        ObjectNode root = (ObjectNode) mapper.readTree(json);
        root.withObject("extensions").withObject("stale").put("since", since.toString());
        return new CachedResponse(mapper.writeValueAsBytes(root), outcome, surrogateKeys, feedCursor, since);
    }

    /** Since when it is no longer known to be current; null where it is. */
    @Nullable
    Instant staleSince() {
        return staleSince;
    }

    enum ResponseOutcome {
        /** Everything that was asked for. */
        COMPLETE,
        /** Everything that was asked for, some of which is true for this client and moment alone. */
        PERSONAL,
        /** Data, and errors beside them. */
        PARTIAL,
        /** No data: the document can't be parsed. */
        UNPARSED,
        /** No data: the request itself is wrong. */
        REFUSED,
        /** No data: it was not ready in time. */
        TIMED_OUT,
        /** No data: something is wrong here. */
        FAILED,
        /** Refused, because it asks for too much. */
        TOO_COSTLY,
        /** Refused for now: its client has asked for too much. */
        RATE_LIMITED,
        /** Refused for now: there is too much to do, or the database is away. */
        UNAVAILABLE
    }

    /** An answer as it goes over the wire, with the strong tag of these very bytes. */
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

        /** Not to be changed. */
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

    /** Has this run whenever it takes more memory than before. */
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

    /** Bytes that it takes in memory, roughly. */
    int weight() {
        int weight = WEIGHT + json.length + surrogateKeys.length();
        for (EncodedResponse one : encoded.values()) {
            weight += one.coding == ContentCoding.IDENTITY ? PACKED : PACKED + one.content.length;
        }
        return weight;
    }
}
