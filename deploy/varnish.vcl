# Varnish 7 in front of the nodes, behind a proxy that terminates TLS. Unlike nginx, it wakes all clients that wait for an
# event at once. See docs/deploy.md. To start it with enough threads for many clients that wake at once:
#
#   varnishd -a :8081 -f /etc/varnish/varnish.vcl -s feed=malloc,256m \
#       -p thread_pool_min=200 -p thread_pool_max=2000 -p timeout_linger=0 -p thread_queue_limit=20000 -p listen_depth=8192

vcl 4.1;

import directors;
import std;

probe ready {
    .url = "/actuator/health/readiness";
    .interval = 1s;
    .timeout = 1s;
    .window = 3;
    .threshold = 2;
    .initial = 2;
}

# Nodes hold a request for utrop.feed.hold, and send to sockets and streams at every utrop.sockets.keep-alive.
backend one {
    .host = "one";
    .port = "8080";
    .connect_timeout = 2s;
    .first_byte_timeout = 75s;
    .between_bytes_timeout = 75s;
    .probe = ready;
}

backend two {
    .host = "two";
    .port = "8080";
    .connect_timeout = 2s;
    .first_byte_timeout = 75s;
    .between_bytes_timeout = 75s;
    .probe = ready;
}

# Who may purge: what follows the feed, beside the proxy.
acl purgers {
    "localhost";
}

sub vcl_init {
    new nodes = directors.round_robin();
    nodes.add_backend(one);
    nodes.add_backend(two);
}

sub vcl_recv {
    set req.backend_hint = nodes.backend();

    # Nodes decode a path before they compare it.
    if (req.url ~ "^/+([^/?]*%|actuator)") {
        return (synth(404));
    }
    if (req.method == "PURGE") {
        call purge_key;
    }
    if (req.http.Upgrade ~ "(?i)websocket") {
        return (pipe);
    }
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    # To the nodes, an empty header is as good as none.
    if (req.http.Authorization ~ "^\s*$") {
        unset req.http.Authorization;
    }
    if (req.http.Authorization) {
        return (pass);
    }
    if (req.url ~ "^/feed\?") {
        unset req.http.Cookie;
        unset req.http.Origin;
        return (hash);
    }
    if (req.http.Accept ~ "text/event-stream") {
        return (pass);
    }
}

# PURGE with one Surrogate-Key forgets all answers that have it: for example newsBySlug/a-slug, or
# newsFeed for the whole feed.
sub purge_key {
    # A request that came through the TLS proxy has two addresses.
    if (client.ip !~ purgers || req.http.X-Forwarded-For ~ ",") {
        return (synth(405));
    }
    if (req.http.Surrogate-Key !~ "^[\w./:-]+$") {
        return (synth(400, "Name one Surrogate-Key"));
    }
    if (std.ban("obj.http.Surrogate-Key ~ (^|\s)" + req.http.Surrogate-Key + "(\s|$)")) {
        return (synth(200, "Purged"));
    }
    return (synth(400, std.ban_error()));
}

sub vcl_pipe {
    set bereq.http.Connection = "Upgrade";
    set bereq.http.Upgrade = req.http.Upgrade;
}

sub vcl_backend_response {
    # Varnish would give each answer for ten seconds beyond its age.
    if (beresp.http.Cache-Control !~ "stale-while-revalidate") {
        set beresp.grace = 0s;
    }
    if (bereq.url ~ "^/feed\?") {
        # A stale "nothing new" would make clients ask in a loop.
        set beresp.grace = 0s;
        set beresp.keep = 0s;
        # An error isn't kept. Nor is it remembered that it can't be: all that wait would go to the nodes.
        if (beresp.status >= 400) {
            set beresp.ttl = 0s;
            return (deliver);
        }
    }
}

# A node that dies holds requests: the other one is asked.
sub vcl_backend_error {
    if (bereq.method == "GET" && bereq.retries < 2) {
        return (retry);
    }
}

sub vcl_deliver {
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}
