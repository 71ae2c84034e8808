package se.utrop.database;

import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The parameters that a statement names, as {@code :name}. A cast, as {@code ::text}, is none. */
public final class NamedParameters {

    private static final Pattern PARAMETER = Pattern.compile("(?<![:\\w]):(\\w+)");

    private NamedParameters() {}

    /** Their names. */
    public static Set<String> of(String statement) {
        return PARAMETER
                .matcher(statement)
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toUnmodifiableSet());
    }

    static String replace(String statement, UnaryOperator<String> replacement) {
        return PARAMETER
                .matcher(statement)
                .replaceAll(name -> Matcher.quoteReplacement(replacement.apply(name.group(1))));
    }
}
