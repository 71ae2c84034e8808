package se.utrop.access;

import org.jspecify.annotations.Nullable;

/** A scope, as the claim {@code scope} of a token names it (RFC 8693, 4.2). */
public enum TokenScope {
    WRITE_NEWS("news:write"),

    /** Whoever may publish may write drafts too. */
    DRAFT_NEWS("news:draft", WRITE_NEWS),

    RETRACT_NEWS("news:retract"),
    WRITE_TOPICS("topics:write"),

    /** The audit log: who did what. */
    READ_AUDIT("audit:read"),

    /** Actuator endpoints that show or change the inside of the process: env, loggers, heapdump and the like. */
    OPERATE("operate");

    private final String text;

    /** The scope that includes this one. */
    private final @Nullable TokenScope wider;

    TokenScope(String text) {
        this(text, null);
    }

    TokenScope(String text, @Nullable TokenScope wider) {
        this.text = text;
        this.wider = wider;
    }

    /** Whether a token with this authority may do what the scope allows. */
    boolean isGrantedBy(@Nullable String authority) {
        return authority().equals(authority) || (wider != null && wider.isGrantedBy(authority));
    }

    /** The authority that Spring Security makes of it. */
    String authority() {
        return "SCOPE_" + text;
    }

    @Override
    public String toString() {
        return text;
    }
}
