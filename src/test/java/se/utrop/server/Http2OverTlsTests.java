package se.utrop.server;

import static org.assertj.core.api.Assertions.assertThat;
import static se.utrop.server.Http2Connection.END_HEADERS;
import static se.utrop.server.Http2Connection.HEADERS;
import static se.utrop.server.Http2Connection.RST_STREAM;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import se.utrop.UtropTest;

/** The same where the protocol is negotiated by ALPN. */
@ExtendWith(OutputCaptureExtension.class)
@UtropTest
@TestPropertySource(
        properties = {
            "server.http2.enabled=true",
            "utrop.server.head=1s",
            "utrop.server.body=1s",
            "utrop.server.idle=2s",
            "utrop.server.stalled=2s"
        })
class Http2OverTlsTests {

    private static final String TYPENAME = "/graphql?query=%7B__typename%7D";

    @TempDir
    private static Path directory;

    private final int port;

    Http2OverTlsTests(@LocalServerPort int port) {
        this.port = port;
    }

    @DynamicPropertySource
    static void certificate(DynamicPropertyRegistry registry) throws Exception {
        Path store = directory.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "secret")
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        registry.add("server.ssl.key-store", () -> store.toUri().toString());
        registry.add("server.ssl.key-store-password", () -> "secret");
    }

    @Test
    void theAddressesOfTheStartAreHttps(CapturedOutput output) {
        assertThat(output)
                .contains("https://localhost:" + port + "/graphql")
                .doesNotContain("http://localhost:" + port);
    }

    @Test
    void aHandshakeHasToCome() throws Exception {
        try (RawConnection connection = new RawConnection(port)) {
            connection.awaitClosed();
        }
    }

    @Test
    void withHttp11AHeadAndABodyHaveToComeAndAnotherRequestToo() throws Exception {
        try (RawConnection nothing = new RawConnection(connect("http/1.1"));
                RawConnection body = new RawConnection(connect("http/1.1"));
                RawConnection idle = new RawConnection(connect("http/1.1"))) {
            body.send(String.join(
                    "\r\n",
                    "POST /graphql HTTP/1.1",
                    "Host: x",
                    "Content-Type: application/json",
                    "Content-Length: 9",
                    "",
                    "{"));
            idle.send("GET " + TYPENAME + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(idle.reply().status()).isEqualTo(200);
            nothing.awaitClosed();
            body.awaitClosed();
            idle.awaitClosed();
        }
    }

    @Test
    void withHttp2AFirstRequestAndABodyHaveToComeAndAnotherRequestToo() throws Exception {
        try (Http2Connection nothing = new Http2Connection(connect("h2")).begin(1 << 20);
                Http2Connection connection = new Http2Connection(connect("h2")).begin(1 << 20)) {
            connection.send(HEADERS, END_HEADERS, 1, Http2Connection.headers("POST", "/graphql"));
            connection.get(3, TYPENAME);
            assertThat(connection.end(3).type()).isNotEqualTo(RST_STREAM);
            assertThat(connection.end(1).type()).isEqualTo(RST_STREAM);
            nothing.awaitClosed();
            connection.awaitClosed();
        }
    }

    private SSLSocket connect(String protocol) throws IOException, GeneralSecurityException {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {new Trusting()}, null);
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        assertThat(socket.getApplicationProtocol()).isEqualTo(protocol);
        return socket;
    }

    private static final class Trusting implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
