package se.utrop.news;

import graphql.schema.DataFetchingEnvironment;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.graphql.data.method.HandlerMethodArgumentResolver;
import org.springframework.stereotype.Component;

/** Takes {@link NewsArguments} from a field's arguments one by one: to look at their types for it took as long as the rest. */
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
                arguments.object("filter", NewsArgumentsResolver::filter),
                NewsOrder.valueOf(Objects.requireNonNull(environment.getArgument("orderBy"))),
                arguments.value("first", Integer.class),
                arguments.value("after", String.class),
                arguments.value("last", Integer.class),
                arguments.value("before", String.class));
    }

    private static NewsFilter filter(Input filter) {
        return new NewsFilter(
                filter.object(
                        "publishedOn",
                        days -> new DateRange(days.value("from", LocalDate.class), days.value("to", LocalDate.class))),
                filter.object(
                        "publishedAt",
                        times -> new TimeRange(
                                times.value("since", Instant.class), times.value("until", Instant.class))),
                filter.object(
                        "topics",
                        topics -> new TopicFilter(
                                topics.values("anyOf", Function.identity()),
                                topics.values("allOf", Function.identity()),
                                topics.values("noneOf", Function.identity()))),
                filter.values("kinds", NewsKind::valueOf),
                filter.values("urgencies", Urgency::valueOf),
                filter.value("series", String.class),
                filter.values("ids", Function.identity()));
    }

    /** Coerced values by their names: those of an input object, or of a field's arguments. */
    private record Input(Map<String, @Nullable Object> values) {

        <T> @Nullable T value(String name, Class<T> type) {
            return type.cast(values.get(name));
        }

        @SuppressWarnings("unchecked")
        <T> @Nullable T object(String name, Function<Input, T> make) {
            Object value = values.get(name);
            return value == null ? null : make.apply(new Input((Map<String, @Nullable Object>) value));
        }

        @SuppressWarnings("unchecked")
        <T> @Nullable List<T> values(String name, Function<String, T> make) {
            List<String> given = (List<String>) values.get(name);
            return given == null ? null : given.stream().map(make).toList();
        }
    }
}
