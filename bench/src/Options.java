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

    String text(String name) {
        return values.get(name);
    }

    int number(String name) {
        return Integer.parseInt(values.get(name));
    }
}
