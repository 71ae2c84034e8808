package se.utrop.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.Tokens;
import se.utrop.UtropTest;

/** A token that doesn't count is refused before anything is done, whatever was asked. */
@UtropTest
class CredentialsTests {

    private static final String QUERY = "{\"query\":\"{ __typename }\"}";

    private final WebTestClient client;

    CredentialsTests(WebTestClient client) {
        this.client = client;
    }

    @Test
    void aTokenThatCountsLetsItsBearerReadAndTheAnswerIsPrivate() {
        client.get()
                .uri("/graphql?query={q}", "{ __typename }")
                .header(HttpHeaders.AUTHORIZATION, "Bearer " + Tokens.of("news:write"))
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals(HttpHeaders.CACHE_CONTROL, "private, no-cache");
    }

    @ParameterizedTest
    @ValueSource(strings = {"JWT", "at+jwt", "AT+JWT", "application/at+jwt"})
    void accessTokensCountByEachOfTheirTypes(String type) {
        client.get()
                .uri("/graphql?query={q}", "{ __typename }")
                .header(HttpHeaders.AUTHORIZATION, "Bearer " + Tokens.ofType(type, "news:write"))
                .exchange()
                .expectStatus()
                .isOk();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dpop+jwt", "logout+jwt", "secevent+jwt", "x"})
    void aTokenForAnotherPurposeIsRefused(String type) {
        assertThat(refusal("Bearer " + Tokens.ofType(type, "news:write"))).contains("typ");
    }

    @Test
    void aTokenThatNeverExpiresIsRefused() {
        String endless =
                Tokens.of(Tokens.claims("news:write").expirationTime(null).build());
        assertThat(refusal("Bearer " + endless)).contains("exp");
    }

    @ParameterizedTest
    @MethodSource("thatDoNotCount")
    void aTokenThatDoesNotCountIsRefused(String token) {
        refusal("Bearer " + token);
    }

    static Stream<String> thatDoNotCount() throws JOSEException {
        SignedJWT confused = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("1").build(),
                Tokens.claims("news:write").build());
        confused.sign(new MACSigner(Tokens.publicKey()));
        String good = Tokens.of("news:write");
        return Stream.of(
                Tokens.expiring(Duration.ofHours(-1), "news:write"),
                Tokens.ofIssuer("http://127.0.0.1:9", "news:write"),
                Tokens.forAudience("another", "news:write"),
                Tokens.forged("news:write"),
                new PlainJWT(Tokens.claims("news:write").build()).serialize(),
                confused.serialize(),
                good.substring(0, good.lastIndexOf('.') + 1),
                good.replace('.', '-'),
                "x",
                "x.y.z",
                "e30.e30.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer ", "bearer a b", "Bearer å", "Bearer,x"})
    void aHeaderThatHoldsNoTokenIsRefused(String authorization) {
        refusal(authorization);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic YTpi", "JWT e30.e30.", "undefined", "null", "e30.e30."})
    void anotherSchemeIsRefused(String authorization) {
        assertThat(refusal(authorization, "Bearer")).contains("Bearer");
    }

    /** As clients send it that have no token. */
    @Test
    void anEmptyHeaderIsNone() {
        client.get()
                .uri("/graphql?query={q}", "{ __typename }")
                .header(HttpHeaders.AUTHORIZATION, "")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .value(HttpHeaders.CACHE_CONTROL, control -> assertThat(control).startsWith("public"));
    }

    @Test
    void anEmptyHeaderBesideATokenIsNone() {
        client.get()
                .uri("/graphql?query={q}", "{ __typename }")
                .header(HttpHeaders.AUTHORIZATION, "", "Bearer " + Tokens.of("news:write"))
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals(HttpHeaders.CACHE_CONTROL, "private, no-cache");
    }

    @Test
    void aRefusalIsOfTheTypeThatTheClientAccepts() {
        client.post()
                .uri("/graphql")
                .header(HttpHeaders.AUTHORIZATION, "Bearer x")
                .accept(MediaType.APPLICATION_GRAPHQL_RESPONSE)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(QUERY)
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .contentType(MediaType.APPLICATION_GRAPHQL_RESPONSE);
    }

    @Test
    void aTokenInTheAddressIsNone() {
        client.get()
                .uri("/graphql?query={q}&access_token={t}", "{ __typename }", "x")
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void whyATokenOfTheIssuerDoesNotCountIsTold() {
        assertThat(refusal("Bearer " + Tokens.expiring(Duration.ofHours(-1)))).contains("expired");
        assertThat(refusal("Bearer " + Tokens.forAudience("another"))).contains("aud claim");
        assertThat(refusal("Bearer " + Tokens.ofIssuer("http://127.0.0.1:9"))).contains("iss claim");
    }

    @Test
    void whoMakesUpKeysDoesNotHaveTheIssuerAskedForEach() {
        int before = Tokens.keyRequests();
        for (int i = 0; i < 50; i++) {
            refusal("Bearer " + Tokens.ofUnknownKey("made-up-" + i));
        }
        assertThat(Tokens.keyRequests() - before).isLessThan(10);
    }

    @Test
    void refusedRequestsLeaveNoSessionBehind() {
        client.get()
                .uri("/graphql?query={q}", "{ __typename }")
                .header(HttpHeaders.AUTHORIZATION, "Bearer " + Tokens.of())
                .exchange()
                .expectHeader()
                .doesNotExist(HttpHeaders.SET_COOKIE);
    }

    @ParameterizedTest
    @MethodSource("ofBrowsers")
    void everyAnswerTellsBrowsersThatItIsData(String path) {
        client.get()
                .uri(path)
                .exchange()
                .expectHeader()
                .valueEquals("X-Content-Type-Options", "nosniff")
                .expectHeader()
                .valueEquals("Referrer-Policy", "no-referrer")
                .expectHeader()
                .value(
                        "Content-Security-Policy",
                        policy -> assertThat(policy)
                                .contains("default-src 'none'")
                                .contains("frame-ancestors 'none'"))
                .expectHeader()
                .doesNotExist("Strict-Transport-Security");
    }

    static Stream<String> ofBrowsers() {
        return Stream.of(
                "/graphql?query=%7B__typename%7D",
                "/graphql", "/graphql/schema", "/graphiql", "/actuator/health", "/actuator/prometheus", "/nowhere");
    }

    /** What it says. */
    private String refusal(String authorization) {
        return refusal(authorization, "Bearer error=\"invalid_token\"");
    }

    private String refusal(String authorization, String challenge) {
        byte[] body = client.post()
                .uri("/graphql")
                .header(HttpHeaders.AUTHORIZATION, authorization)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(QUERY)
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.UNAUTHORIZED)
                .expectHeader()
                .valueEquals(HttpHeaders.WWW_AUTHENTICATE, challenge)
                .expectHeader()
                .valueEquals(HttpHeaders.CACHE_CONTROL, "no-store")
                .expectHeader()
                .doesNotExist(HttpHeaders.SET_COOKIE)
                .expectBody()
                .jsonPath("$.data")
                .doesNotExist()
                .jsonPath("$.errors[0].extensions.code")
                .isEqualTo("UNAUTHENTICATED")
                .returnResult()
                .getResponseBodyContent();
        return new String(body == null ? new byte[0] : body, StandardCharsets.UTF_8);
    }
}
