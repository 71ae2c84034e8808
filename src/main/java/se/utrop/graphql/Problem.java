package se.utrop.graphql;

/** What the client can put right, in words meant for it: becomes a GraphQL error with its code. */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    public Problem(ErrorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    public static Problem badInput(String message) {
        return new Problem(ErrorCode.BAD_USER_INPUT, message);
    }

    public ErrorCode code() {
        return code;
    }
}
