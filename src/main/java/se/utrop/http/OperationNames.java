package se.utrop.http;

import graphql.language.OperationDefinition;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.stereotype.Component;

/**
 * Tags the request metric with the name of the operation. Clients choose these names: a node tells the first ones apart,
 * and counts all later ones as one.
 */
@Component
class OperationNames extends DefaultServerRequestObservationConvention {

    private static final String ATTRIBUTE = OperationNames.class.getName();

    private static final KeyValue NONE = tag("none");

    private static final KeyValue OTHER = tag("other");

    private static final int LONGEST = 64;

    private final int limit;

    private final Map<String, KeyValue> tags = new ConcurrentHashMap<>();

    OperationNames(MetricProperties properties) {
        this.limit = properties.operationNames();
    }

    private static KeyValue tag(String value) {
        return KeyValue.of("operation.name", value);
    }

    /** Notes the operation that a request asks for. */
    void note(@Nullable OperationDefinition operation, Map<String, Object> attributes) {
        if (operation != null && operation.getName() != null) {
            attributes.put(ATTRIBUTE, known(operation.getName()));
        }
    }

    private KeyValue known(String name) {
        KeyValue known = tags.get(name);
        if (known != null) {
            return known;
        }
        if (name.length() > LONGEST) {
            return OTHER;
        }
        synchronized (tags) {
            return tags.size() < limit
                    ? tags.computeIfAbsent(name, OperationNames::tag)
                    : tags.getOrDefault(name, OTHER);
        }
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(ServerRequestObservationContext context) {
        Object tag = context.getAttributes().getOrDefault(ATTRIBUTE, NONE);
        return super.getLowCardinalityKeyValues(context).and((KeyValue) tag);
    }
}
