package se.utrop;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/** An issuer of tokens that servers under test trust, and the tokens that it gives, or ought not to give. */
public final class Tokens implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    public static final String AUDIENCE = "utrop-under-test";

    private static final String JWT = "spring.security.oauth2.resourceserver.jwt.";

    private static final RSAKey KEY = key();

    private static final AtomicInteger KEY_REQUESTS = new AtomicInteger();

    private static final RSAKey OTHER = key();

    private static final String ISSUER = start();

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        TestPropertyValues.of(JWT + "issuer-uri=" + ISSUER, JWT + "audiences=" + AUDIENCE)
                .applyTo(context);
    }

    /** By which a server in a process of its own trusts the same tokens. */
    public static List<String> settings() {
        return List.of("--" + JWT + "issuer-uri=" + ISSUER, "--" + JWT + "audiences=" + AUDIENCE);
    }

    /** One that counts, with these scopes. */
    public static String of(String... scopes) {
        return signed(claims(scopes).build(), KEY);
    }

    /** All that an editor may have. */
    public static String ofEditor() {
        return of("news:write", "news:retract", "topics:write");
    }

    public static String expiring(Duration fromNow, String... scopes) {
        return signed(
                claims(scopes)
                        .expirationTime(Date.from(Instant.now().plus(fromNow)))
                        .build(),
                KEY);
    }

    public static String ofSubject(String subject, String... scopes) {
        return signed(claims(scopes).subject(subject).build(), KEY);
    }

    public static String ofIssuer(String issuer, String... scopes) {
        return signed(claims(scopes).issuer(issuer).build(), KEY);
    }

    public static String forAudience(String audience, String... scopes) {
        return signed(claims(scopes).audience(audience).build(), KEY);
    }

    /** Of this type, as its header says. */
    public static String ofType(String type, String... scopes) {
        return signed(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("1")
                        .type(new JOSEObjectType(type))
                        .build(),
                claims(scopes).build(),
                KEY);
    }

    /** With these claims and no others. */
    public static String of(JWTClaimsSet claims) {
        return signed(claims, KEY);
    }

    /** Of a key that is the issuer's by its name alone. */
    public static String forged(String... scopes) {
        return signed(claims(scopes).build(), OTHER);
    }

    /** Of a key that the issuer has never had. */
    public static String ofUnknownKey(String name) {
        return signed(claims().build(), OTHER, name);
    }

    /** How often the issuer was asked for its keys. */
    public static int keyRequests() {
        return KEY_REQUESTS.get();
    }

    public static JWTClaimsSet.Builder claims(String... scopes) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject("editor")
                .audience(AUDIENCE)
                .issueTime(Date.from(now.minus(Duration.ofHours(2))))
                .expirationTime(Date.from(now.plus(Duration.ofHours(1))))
                .claim("scope", String.join(" ", scopes));
    }

    /** The public key, as bytes that a careless server may take for a shared secret. */
    public static byte[] publicKey() {
        try {
            return KEY.toRSAPublicKey().getEncoded();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String signed(JWTClaimsSet claims, RSAKey key) {
        return signed(claims, key, "1");
    }

    private static String signed(JWTClaimsSet claims, RSAKey key, String name) {
        return signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(name).build(), claims, key);
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims, RSAKey key) {
        SignedJWT token = new SignedJWT(header, claims);
        try {
            token.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    private static RSAKey key() {
        try {
            return new RSAKeyGenerator(2048).keyID("1").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            String issuer = "http://127.0.0.1:" + server.getAddress().getPort();
            serve(
                    server,
                    "/.well-known/openid-configuration",
                    "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}".formatted(issuer, issuer));
            serve(
                    server,
                    "/keys",
                    JsonMapper.shared()
                            .writeValueAsString(new JWKSet(KEY).toPublicJWKSet().toJSONObject()));
            server.start();
            return issuer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void serve(HttpServer server, String path, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            if (path.equals("/keys")) {
                KEY_REQUESTS.incrementAndGet();
            }
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }
}
