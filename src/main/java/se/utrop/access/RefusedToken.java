package se.utrop.access;

import org.springframework.security.core.AuthenticationException;
import se.utrop.graphql.Problem;

/** Takes a problem through Spring Security. */
final class RefusedToken extends AuthenticationException {

    private static final long serialVersionUID = 1;

    private final Problem problem;

    RefusedToken(Problem problem) {
        super(problem.getMessage());
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
