package se.utrop.graphql;

import java.util.Map;

/** An error that the client can correct, with a message for it. It becomes a GraphQL error with its code. */
public class Problem extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    private final transient Map<String, Object> extensions;

    public Problem(ErrorCode code, String message) {
        this(code, message, Map.of());
    }

    /** @param extensions further data for programs, in addition to the code */
    public Problem(ErrorCode code, String message, Map<String, Object> extensions) {
        super(message, null, false, false);
        this.code = code;
        this.extensions = Map.copyOf(extensions);
    }

    public static Problem badInput(String message) {
        return new Problem(ErrorCode.BAD_USER_INPUT, message);
    }

    public final ErrorCode code() {
        return code;
    }

    public final Map<String, Object> extensions() {
        return extensions;
    }
}
