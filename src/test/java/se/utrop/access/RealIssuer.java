package se.utrop.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.context.support.GenericWebApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/** Spring's authorization server, on a port: it gives editors' programs tokens for the audience utrop. */
final class RealIssuer implements AutoCloseable {

    static final String AUDIENCE = "utrop";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String url;

    private final Tomcat tomcat = new Tomcat();

    private final GenericWebApplicationContext spring = new GenericWebApplicationContext();

    private volatile JWKSet keys = newKeys();

    private RealIssuer(String url, int port, @Nullable Path keys, Path directory) throws LifecycleException {
        this.url = url;
        tomcat.setBaseDir(directory.toString());
        tomcat.setPort(port);
        Connector connector = tomcat.getConnector();
        if (keys != null) {
            encrypt(connector, keys);
        }
        Context root = tomcat.addContext("", null);
        spring.setServletContext(root.getServletContext());
        new AnnotatedBeanDefinitionReader(spring).register(Endpoints.class);
        spring.getBeanFactory().registerSingleton("issuer", this);
        spring.refresh();
        serve(root, spring.getBean("springSecurityFilterChain", Filter.class));
        tomcat.start();
    }

    static RealIssuer start(int port, Path directory) throws LifecycleException {
        return new RealIssuer(url(port), port, null, directory);
    }

    /**
     * On a port by TLS, and under an address that may be another's.
     *
     * @param keys a PKCS12 file whose password is "changeit"
     */
    static RealIssuer start(String url, int port, Path keys, Path directory) throws LifecycleException {
        return new RealIssuer(url, port, keys, directory);
    }

    private static void encrypt(Connector connector, Path keys) {
        SSLHostConfig host = new SSLHostConfig();
        SSLHostConfigCertificate certificate =
                new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
        certificate.setCertificateKeystoreFile(keys.toString());
        certificate.setCertificateKeystorePassword("changeit");
        host.addCertificate(certificate);
        connector.addSslHostConfig(host);
        connector.setSecure(true);
        connector.setScheme("https");
        connector.setProperty("SSLEnabled", "true");
    }

    static String url(int port) {
        return "http://127.0.0.1:" + port;
    }

    private static void serve(Context root, Filter endpoints) {
        FilterDef filter = new FilterDef();
        filter.setFilterName("endpoints");
        filter.setFilter(endpoints);
        root.addFilterDef(filter);
        FilterMap everything = new FilterMap();
        everything.setFilterName("endpoints");
        everything.addURLPattern("/*");
        root.addFilterMap(everything);
        Tomcat.addServlet(root, "nothing", new Nothing()).addMapping("/");
    }

    private static final class Nothing extends HttpServlet {

        private static final long serialVersionUID = 1;
    }

    /** From now on it signs by another key, and says nothing of the one of before. */
    void rotate() {
        keys = newKeys();
    }

    private static JWKSet newKeys() {
        try {
            RSAKey key = new RSAKeyGenerator(2048)
                    .keyID(UUID.randomUUID().toString())
                    .generate();
            return new JWKSet(key);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One for these scopes, of the type that RFC 9068 names, signed without being asked over the network. */
    String accessToken(String scope) throws JOSEException {
        RSAKey key = keys.getKeys().getFirst().toRSAKey();
        Instant now = Instant.now();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .type(new JOSEObjectType("at+jwt"))
                        .keyID(key.getKeyID())
                        .build(),
                new JWTClaimsSet.Builder()
                        .issuer(url)
                        .subject("redaktionen")
                        .audience(AUDIENCE)
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plusSeconds(300)))
                        .claim("client_id", "redaktionen")
                        .claim("jti", UUID.randomUUID().toString())
                        .claim("scope", scope)
                        .build());
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    /** As a program of the editors' asks for one. */
    String token(String scope) throws IOException, InterruptedException {
        String secret = Base64.getEncoder().encodeToString("redaktionen:hemligt".getBytes(StandardCharsets.US_ASCII));
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/oauth2/token"))
                .header("Authorization", "Basic " + secret)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "grant_type=client_credentials&scope=" + URLEncoder.encode(scope, StandardCharsets.UTF_8)))
                .build();
        String answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
        return JsonMapper.shared().readTree(answer).get("access_token").asString();
    }

    @Override
    public void close() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
        spring.close();
    }

    /** No configuration by name, or the servers under test would find it. */
    @EnableWebSecurity
    static class Endpoints {

        @Bean
        SecurityFilterChain endpoints(HttpSecurity http) {
            return http.oauth2AuthorizationServer(server -> server.oidc(Customizer.withDefaults()))
                    .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .csrf(csrf -> csrf.disable())
                    .build();
        }

        @Bean
        RegisteredClientRepository clients() {
            return new InMemoryRegisteredClientRepository(RegisteredClient.withId("1")
                    .clientId("redaktionen")
                    .clientSecret("{noop}hemligt")
                    .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                    .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                    .scope("news:write")
                    .scope("news:retract")
                    .scope("topics:write")
                    .build());
        }

        @Bean
        JWKSource<SecurityContext> keys(RealIssuer issuer) {
            return (selector, context) -> selector.select(issuer.keys);
        }

        @Bean
        JwtDecoder decoder(JWKSource<SecurityContext> keys) {
            return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
        }

        @Bean
        OAuth2TokenCustomizer<JwtEncodingContext> audience() {
            return token -> token.getClaims().audience(List.of(AUDIENCE));
        }

        @Bean
        AuthorizationServerSettings settings(RealIssuer issuer) {
            return AuthorizationServerSettings.builder().issuer(issuer.url).build();
        }
    }
}
