package se.utrop.news;

import graphql.schema.DataFetchingEnvironment;
import java.util.Collections;
import java.util.Objects;
import org.springframework.core.MethodParameter;
import org.springframework.graphql.data.method.HandlerMethodArgumentResolver;
import org.springframework.stereotype.Component;

/**
 * Reads {@link NewsArguments} from the arguments of a field. Spring's binding by reflection took as long as the rest of
 * the request.
 */
@Component
class NewsArgumentsResolver implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == NewsArguments.class;
    }

    @Override
    public Object resolveArgument(MethodParameter parameter, DataFetchingEnvironment environment) {
        Input arguments = new Input(Collections.unmodifiableMap(environment.getArguments()));
        return new NewsArguments(
                arguments.object("filter", NewsFilter::of),
                NewsOrder.valueOf(Objects.requireNonNull(environment.getArgument("orderBy"))),
                arguments.value("first", Integer.class),
                arguments.value("after", String.class),
                arguments.value("last", Integer.class),
                arguments.value("before", String.class));
    }
}
