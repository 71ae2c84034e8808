package se.utrop.access;

import org.springframework.security.core.AuthenticationException;
import se.utrop.graphql.Problem;

/** Takes a problem through Spring Security. */
final class RefusedToken extends AuthenticationException {

    private static final long serialVersionUID = 1;

    private final Problem problem;

    private final boolean bearer;

    RefusedToken(Problem problem) {
        this(problem, true);
    }

    /** @param bearer whether it came with the scheme that is taken */
    RefusedToken(Problem problem, boolean bearer) {
        super(problem.getMessage());
        this.problem = problem;
        this.bearer = bearer;
    }

    boolean isBearer() {
        return bearer;
    }

    Problem problem() {
        return problem;
    }
}
