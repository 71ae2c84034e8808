package se.utrop.graphql;

/** A request that can't be parsed. Over HTTP its status is 400. */
public final class UnreadableRequest extends Problem {

    private static final long serialVersionUID = 1;

    UnreadableRequest(String message) {
        super(ErrorCode.BAD_USER_INPUT, message);
    }
}
