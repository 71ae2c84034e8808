package se.utrop.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Arguments of the form {@code --name=value}. */
final class Options {

    private final Map<String, String> values;

    Options(String... arguments) {
        this.values = Stream.of(arguments)
                .map(argument -> argument.substring(2).split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    /** Arguments that are parted by {@code --}. */
    static List<List<String>> groups(String[] arguments) {
        List<List<String>> groups = new ArrayList<>(List.of(new ArrayList<>()));
        for (String argument : arguments) {
            if (argument.equals("--")) {
                groups.add(new ArrayList<>());
            } else {
                groups.getLast().add(argument);
            }
        }
        return groups;
    }

    String text(String name) {
        return values.get(name);
    }

    int number(String name) {
        return Integer.parseInt(values.get(name));
    }
}
