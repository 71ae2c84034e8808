package se.utrop.access;

/** A scope, as the claim {@code scope} of a token names it (RFC 8693, 4.2). */
public enum TokenScope {
    WRITE_NEWS("news:write"),
    RETRACT_NEWS("news:retract"),
    WRITE_TOPICS("topics:write"),

    /** The journal: who edited what. */
    READ_AUDIT("audit:read"),

    /** Actuator endpoints that show or change the inside of the process: env, loggers, heapdump and the like. */
    OPERATE("operate");

    private final String text;

    TokenScope(String text) {
        this.text = text;
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
