package se.utrop.sql;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The named parameters of a statement, such as {@code :name}. A cast such as {@code ::text} is none. */
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

    /** The statement with a number in place of each name, as {@code $1} for the first of these. */
    public static String numbered(String statement, List<String> names) {
        return PARAMETER.matcher(statement).replaceAll(name -> "\\$" + (1 + names.indexOf(name.group(1))));
    }
}
