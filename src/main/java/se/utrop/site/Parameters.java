package se.utrop.site;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;

/** Writes the query of an address. */
final class Parameters {

    private final StringBuilder query = new StringBuilder();

    Parameters add(String name, @Nullable String value) {
        if (value != null) {
            query.append(query.isEmpty() ? '?' : '&').append(name).append('=');
            query.append(UriUtils.encode(value, StandardCharsets.UTF_8));
        }
        return this;
    }

    Parameters addAll(String name, Collection<String> values) {
        values.forEach(value -> add(name, value));
        return this;
    }

    /** The path of this slug below another path. */
    static String path(String parent, String slug) {
        return parent + "/" + UriUtils.encode(slug, StandardCharsets.UTF_8);
    }

    /** With the question mark; empty without parameters. */
    @Override
    public String toString() {
        return query.toString();
    }
}
