package se.utrop.access;

import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.UtropTest;

/** On a management port, which a child context serves. */
@UtropTest
@TestPropertySource(
        properties = {
            "management.endpoints.web.exposure.include=*",
            "management.endpoint.heapdump.access=unrestricted",
            "management.endpoint.shutdown.access=unrestricted",
            "management.server.port=0"
        })
class ManagementPortTests extends ExposedEndpoints {

    ManagementPortTests(@LocalManagementPort int port) {
        super(port);
    }
}
