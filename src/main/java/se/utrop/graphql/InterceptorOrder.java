package se.utrop.graphql;

/** The order of the interceptors of an operation, from the outermost to the innermost. */
public final class InterceptorOrder {

    /** Sets the time limit, and gives every error its code. */
    public static final int ERRORS = 0;

    /** Takes from the client's token bucket. */
    public static final int BUDGET = 1;

    /** Waits for a permit of admission control. */
    public static final int ADMISSION = 2;

    /** Cancels the statements of an operation that has been cancelled. */
    public static final int CANCELLATION = 3;

    private InterceptorOrder() {}
}
