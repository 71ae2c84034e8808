package se.utrop.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.reactive.ReactiveOAuth2ResourceServerAutoConfiguration;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import se.utrop.Tokens;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Problem;

/** Tokens as Keycloak and Microsoft Entra ID make them, with the settings that docs/deploy.md names for each. */
class ClaimedRolesTests {

    private static final String JWT = "spring.security.oauth2.resourceserver.jwt.";

    private static final String[] KEYCLOAK = documented("/realms/");

    private static final String[] ENTRA = documented("login.microsoftonline.com");

    private static final String APPLICATION = "8f4b0c7e-5d4f-4f0e-9d53-0b3a1f1f6a11";

    /** The settings of the page's block for this issuer, but for its address. */
    private static String[] documented(String address) {
        Properties settings = new Properties();
        try {
            String block = Pattern.compile("(?s)```properties\\n(.*?)```")
                    .matcher(Files.readString(Path.of("docs/deploy.md")))
                    .results()
                    .map(found -> found.group(1))
                    .filter(text -> text.contains(address))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("No settings for " + address));
            settings.load(new StringReader(block.replace("<application id>", APPLICATION)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        settings.remove(JWT + "issuer-uri");
        return settings.stringPropertyNames().stream()
                .map(name -> name + "=" + settings.getProperty(name))
                .toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("ofKeycloak")
    void keycloaksRolesAndScopesCount(Map<String, Object> claims) {
        with(KEYCLOAK, credentials -> {
            Caller caller = caller(credentials, claims, "utrop");
            caller.require(TokenScope.WRITE_NEWS);
            assertRefused(caller);
        });
    }

    static Stream<Map<String, Object>> ofKeycloak() {
        return Stream.of(
                Map.of("realm_access", Map.of("roles", List.of("offline_access", "news:write"))),
                Map.of(
                        "resource_access",
                        Map.of(
                                "utrop", Map.of("roles", List.of("news:write")),
                                "account", Map.of("roles", List.of("topics:write")))),
                Map.of("scope", "openid profile news:write", "typ", "Bearer", "azp", "redaktionen"));
    }

    @ParameterizedTest
    @MethodSource("ofEntra")
    void entrasRolesAndScopesCount(Map<String, Object> claims, String audience) {
        with(ENTRA, credentials -> {
            Caller caller = caller(credentials, claims, audience);
            caller.require(TokenScope.WRITE_NEWS);
            assertRefused(caller);
        });
    }

    static Stream<Arguments> ofEntra() {
        return Stream.of(
                Arguments.of(Map.of("roles", List.of("news:write"), "ver", "1.0", "idtyp", "app"), "api://utrop"),
                Arguments.of(Map.of("scp", "news:write user_impersonation", "ver", "2.0"), APPLICATION));
    }

    @Test
    void aTokenWithoutAnyOfTheClaimsMayReadOnly() {
        with(KEYCLOAK, credentials -> assertReadsOnly(credentials, "utrop"));
        with(ENTRA, credentials -> assertReadsOnly(credentials, "api://utrop"));
    }

    private static void assertReadsOnly(Credentials credentials, String audience) {
        assertRefused(caller(credentials, Map.of(), audience));
        assertRefused(caller(credentials, Map.of("realm_access", "x", "scp", List.of("x")), audience));
    }

    @Test
    void aTokenWhoseClaimsAreOfAnotherFormIsRefused() {
        with(
                ENTRA,
                credentials -> assertThatThrownBy(() -> caller(credentials, Map.of("roles", 1), "api://utrop"))
                        .isInstanceOfSatisfying(
                                Problem.class,
                                problem -> assertThat(problem.code()).isEqualTo(ErrorCode.UNAUTHENTICATED)));
    }

    @Test
    void oneClaimIsNamedBySpringsOwnSetting() {
        with(
                new String[] {JWT + "authorities-claim-name=groups"},
                credentials -> caller(credentials, Map.of("groups", List.of("news:write")), "any")
                        .require(TokenScope.WRITE_NEWS));
    }

    @Test
    void scpCountsWithoutASetting() {
        with(
                new String[0],
                credentials ->
                        caller(credentials, Map.of("scp", "news:write"), "any").require(TokenScope.WRITE_NEWS));
    }

    private static void assertRefused(Caller caller) {
        assertThatThrownBy(() -> caller.require(TokenScope.WRITE_TOPICS))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ErrorCode.FORBIDDEN));
    }

    private static Caller caller(Credentials credentials, Map<String, Object> claims, String audience) {
        JWTClaimsSet.Builder token = Tokens.claims().claim("scope", null).audience(audience);
        claims.forEach(token::claim);
        return credentials
                .caller("Bearer " + Tokens.of(token.build()))
                .blockOptional()
                .orElseThrow();
    }

    private static void with(String[] settings, Consumer<Credentials> test) {
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(ReactiveOAuth2ResourceServerAutoConfiguration.class))
                .withUserConfiguration(Credentials.class)
                .withPropertyValues(Tokens.settings().getFirst().substring("--".length()))
                .withPropertyValues(settings)
                .run(context -> test.accept(context.getBean(Credentials.class)));
    }
}
