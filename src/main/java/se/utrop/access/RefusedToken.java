package se.utrop.access;

import org.springframework.security.core.AuthenticationException;
import se.utrop.graphql.Problem;

/** Carries a problem through Spring Security. */
final class RefusedToken extends AuthenticationException {

    private static final long serialVersionUID = 1;

    private final Problem problem;

    private final String challenge;

    RefusedToken(Problem problem) {
        this(problem, "Bearer error=\"invalid_token\"");
    }

    /** @param challenge how the client may authenticate, for the header WWW-Authenticate */
    RefusedToken(Problem problem, String challenge) {
        super(problem.getMessage());
        this.problem = problem;
        this.challenge = challenge;
    }

    String challenge() {
        return challenge;
    }

    Problem problem() {
        return problem;
    }
}
