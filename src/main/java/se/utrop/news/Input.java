package se.utrop.news;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Coerced values by their names: those of an input object, or of a field's arguments. */
record Input(Map<String, @Nullable Object> values) {

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
