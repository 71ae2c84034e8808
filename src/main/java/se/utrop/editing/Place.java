package se.utrop.editing;

import java.util.List;
import java.util.stream.Stream;

/** Where something stands in an input. */
record Place(List<String> path) {

    static final Place INPUT = new Place(List.of());

    Place field(String name) {
        return new Place(Stream.concat(path.stream(), Stream.of(name)).toList());
    }

    Place entry(int index) {
        return field(String.valueOf(index));
    }

    /** As messages name it. */
    @Override
    public String toString() {
        return String.join(".", path);
    }
}
