package se.utrop.editing;

import java.util.List;
import java.util.stream.Stream;

/** The path of a value in the input of a mutation. */
record InputPath(List<String> path) {

    static final InputPath INPUT = new InputPath(List.of());

    InputPath field(String name) {
        return new InputPath(Stream.concat(path.stream(), Stream.of(name)).toList());
    }

    InputPath entry(int index) {
        return field(String.valueOf(index));
    }

    /** As messages name it. */
    @Override
    public String toString() {
        return String.join(".", path);
    }
}
