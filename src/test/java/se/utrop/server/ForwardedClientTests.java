package se.utrop.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.UtropTest;
import tools.jackson.databind.json.JsonMapper;

/** Clients are told apart by what is left of their budgets. */
@UtropTest
@TestPropertySource(
        properties = {
            "utrop.cost.operation=500",
            "utrop.cost.budget=1000",
            "utrop.cost.window=1h",
            "utrop.server.trusted-proxies=127.0.0.1,10.0.0.0/8,fd00::/8",
            "utrop.server.forwarded=forwarded",
            "utrop.server.per-address=20"
        })
class ForwardedClientTests {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final int port;

    ForwardedClientTests(@LocalServerPort int port) {
        this.port = port;
    }

    @Test
    void theLastAddressThatAProxyOfOursHasSeenCounts() throws Exception {
        String client = "for=198.51.100.1";
        int left = remaining(client);
        List<String> same = List.of(
                "for=\"198.51.100.1:4711\"",
                "proto=https;For=198.51.100.1;by=10.0.0.1",
                "for=203.0.113.9, for=198.51.100.1",
                "for=198.51.100.1, for=10.1.2.3",
                "for=198.51.100.1, for=\"[fd00::7]:80\", for=10.1.2.3;proto=http");
        for (String forwarded : same) {
            assertThat(remaining(forwarded)).as(forwarded).isEqualTo(left -= 2);
        }
        assertThat(remaining("for=198.51.100.2")).isEqualTo(998);
        assertThat(remaining("for=198.51.100.1, for=198.51.100.3")).isEqualTo(998);
        assertThat(remaining("for=\"[2001:db8::1]:4711\"")).isEqualTo(998);
        assertThat(remaining("for=\"[2001:db8::2]\"")).isEqualTo(996);
    }

    @Test
    void whatIsNoAddressIsTheProxyItself() throws Exception {
        int left = remaining("for=unknown");
        for (String forwarded :
                List.of("for=_hidden", "for=", "nonsense", "for=198.51.100.9, for=\"\"\"", "for=a.example")) {
            assertThat(remaining(forwarded)).as(forwarded).isEqualTo(left -= 2);
        }
    }

    @Test
    void otherHeadersAndOtherPeersAreNotBelieved() throws Exception {
        HttpRequest request =
                request().header("X-Forwarded-For", "198.51.100.50").build();
        int left = remaining(request);
        assertThat(remaining(request)).isEqualTo(left - 2);
        String ask = String.join(
                "\r\n",
                "GET /graphql?query=%7BrateLimit%7Bremaining%7D%7D HTTP/1.1",
                "Host: x",
                "Forwarded: for=198.51.100.{}",
                "",
                "");
        String first = null;
        for (int i = 60; i < 63; i++) {
            try (RawConnection connection = new RawConnection(port, InetAddress.ofLiteral("127.0.0.2"))) {
                connection.send(ask.replace("{}", String.valueOf(i)));
                String body = connection.reply().body();
                assertThat(body).isNotEqualTo(first);
                first = body;
            }
        }
    }

    @Test
    void connectionsOfAnAddressAreLimitedAndThoseOfProxiesAreNot() throws Exception {
        List<RawConnection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                connections.add(new RawConnection(port, InetAddress.ofLiteral("127.0.0.3")));
                connections.add(new RawConnection(port, InetAddress.ofLiteral("127.0.0.1")));
            }
            try (RawConnection oneTooMany = new RawConnection(port, InetAddress.ofLiteral("127.0.0.3"))) {
                oneTooMany.awaitClosed();
            }
            assertThat(remaining("for=198.51.100.70")).isEqualTo(998);
        } finally {
            for (RawConnection connection : connections) {
                connection.close();
            }
        }
    }

    private int remaining(String forwarded) throws Exception {
        return remaining(request().header("Forwarded", forwarded).build());
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + port + "/graphql?query=%7BrateLimit%7Bremaining%7D%7D"));
    }

    private static int remaining(HttpRequest request) throws Exception {
        HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        return JsonMapper.shared()
                .readTree(answer.body())
                .at("/data/rateLimit/remaining")
                .asInt();
    }
}
