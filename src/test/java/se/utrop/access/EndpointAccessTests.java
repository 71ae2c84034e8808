package se.utrop.access;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.UtropTest;

/** On the server's own port. */
@UtropTest
@TestPropertySource(
        properties = {
            "management.endpoints.web.exposure.include=*",
            "management.endpoint.heapdump.access=unrestricted",
            "management.endpoint.shutdown.access=unrestricted"
        })
class EndpointAccessTests extends ExposedEndpoints {

    EndpointAccessTests(@LocalServerPort int port) {
        super(port);
    }
}
