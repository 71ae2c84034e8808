package se.utrop.server;

import java.net.InetSocketAddress;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.ConnectionInformation;
import reactor.netty.http.server.logging.AccessLog;
import reactor.netty.http.server.logging.AccessLogArgProvider;

/**
 * A line of the access log in the Common Log Format, with the milliseconds that the request took. The address is the
 * client's, as the trusted proxies report it. The query is left out: it may hold what a person searched for.
 */
final class AccessLogFormat {

    private static final String FORMAT = "{} - - [{}] \"{} {} {}\" {} {} {}";

    private AccessLogFormat() {}

    static AccessLog line(AccessLogArgProvider request) {
        return AccessLog.create(
                FORMAT,
                client(request.connectionInformation()),
                time(request.accessDateTime()),
                request.method(),
                path(request.uri()),
                request.protocol(),
                request.status(),
                request.contentLength() < 0 ? "-" : request.contentLength(),
                request.duration());
    }

    private static String client(@Nullable ConnectionInformation connection) {
        return connection != null && connection.remoteAddress() instanceof InetSocketAddress address
                ? address.getHostString()
                : "-";
    }

    private static String time(@Nullable ZonedDateTime time) {
        return time == null ? "-" : time.toInstant().toString();
    }

    private static String path(@Nullable CharSequence uri) {
        return uri == null ? "-" : uri.toString().replaceFirst("[?#].*", "");
    }
}
