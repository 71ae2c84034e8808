package se.utrop.access;

import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;

/** The checks of an issuer's tokens beyond signature, issuer and audience. */
final class IssuedTokens {

    private IssuedTokens() {}

    /** A token states when it expires, and that time has not come. */
    static JwtTimestampValidator expiry() {
        JwtTimestampValidator validator = new JwtTimestampValidator();
        validator.setAllowEmptyExpiryClaim(false);
        return validator;
    }

    /**
     * The type of a token is that of a JWT in general, or of an access token (RFC 9068, 2.1), or is not stated. JWTs of
     * other types, such as DPoP proofs and logout tokens, are signed by the same keys for other purposes.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc8725#section-3.11">RFC 8725, 3.11</a>
     */
    static JwtTypeValidator types() {
        JwtTypeValidator validator = new JwtTypeValidator("JWT", "at+jwt", "application/at+jwt");
        validator.setAllowEmpty(true);
        return validator;
    }
}
