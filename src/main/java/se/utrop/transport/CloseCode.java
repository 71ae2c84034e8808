package se.utrop.transport;

/**
 * The close codes of WebSockets.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1">RFC 6455</a> for those below 4000
 * @see <a href="https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md">graphql-transport-ws</a> for the
 * others
 */
enum CloseCode {
    GOING_AWAY(1001),
    POLICY_VIOLATION(1008),
    INTERNAL_ERROR(1011),
    TRY_AGAIN_LATER(1013),
    BAD_REQUEST(4400),
    UNAUTHORIZED(4401),
    FORBIDDEN(4403),
    SUBPROTOCOL_NOT_ACCEPTABLE(4406),
    INIT_TIMEOUT(4408),
    SUBSCRIBER_ALREADY_EXISTS(4409),
    TOO_MANY_INIT_REQUESTS(4429);

    private final int number;

    CloseCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
