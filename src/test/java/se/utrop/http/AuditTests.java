package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.NodeScripts;
import se.utrop.UtropTest;

/** The audits that the authors of GraphQL over HTTP have for servers, from npm's graphql-http. */
@UtropTest
class AuditTests {

    private final int port;

    AuditTests(@LocalServerPort int port) {
        this.port = port;
    }

    @Test
    void allAuditsPass() throws Exception {
        String output = NodeScripts.run("node", "audit/audit.mjs", "http://localhost:" + port + "/graphql");
        assertThat(output.strip()).isEqualTo("61 of 61");
    }
}
