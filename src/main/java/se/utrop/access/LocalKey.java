package se.utrop.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import reactor.core.publisher.Flux;
import se.utrop.embedded.OwnerOnly;

/** A key pair of the newsroom, for tokens without an issuer. Whoever can read its file can edit news. */
final class LocalKey {

    private static final String FILE = "signing-key.json";

    private static final String ISSUER = "utrop";

    private final ECKey key;

    private LocalKey(ECKey key) {
        this.key = key;
    }

    /** The key that is kept in this directory, made now where there is none. */
    static LocalKey in(Path directory) {
        try {
            OwnerOnly.createDirectories(directory);
            try (FileChannel file = OwnerOnly.open(directory.resolve(FILE));
                    FileLock _ = file.lock()) {
                return new LocalKey(file.size() == 0 ? make(file) : read(file));
            }
        } catch (IOException | ParseException | JOSEException e) {
            throw new FailureAnalyzedException(
                    "The key that signs tokens, %s, can't be used: %s"
                            .formatted(directory.resolve(FILE), e.getMessage()),
                    "Let only its owner read and write it (chmod 600), or delete it. Then Utrop makes a new key, and"
                            + " earlier tokens are no longer valid.",
                    e);
        }
    }

    private static ECKey make(FileChannel file) throws IOException, JOSEException {
        ECKey made = new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        ByteBuffer text = StandardCharsets.UTF_8.encode(made.toJSONString() + "\n");
        while (text.hasRemaining()) {
            var _ = file.write(text);
        }
        file.force(true);
        return made;
    }

    private static ECKey read(FileChannel file) throws IOException, ParseException {
        byte[] text = Channels.newInputStream(file).readAllBytes();
        return ECKey.parse(new String(text, StandardCharsets.UTF_8));
    }

    ReactiveJwtDecoder decoder() {
        NimbusReactiveJwtDecoder decoder = NimbusReactiveJwtDecoder.withJwkSource(token -> Flux.just(key))
                .jwsAlgorithm(SignatureAlgorithm.ES256)
                .build();
        decoder.setJwtValidator(JwtValidators.createDefaultWithValidators(
                List.of(new JwtIssuerValidator(ISSUER), IssuedTokens.expiry(), IssuedTokens.types())));
        return decoder;
    }

    String token(String subject, Collection<String> scopes, Duration lifetime) {
        Instant now = Instant.now();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .subject(subject)
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(lifetime)))
                        .claim("scope", String.join(" ", scopes))
                        .build());
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("A token can't be signed", e);
        }
        return token.serialize();
    }
}
