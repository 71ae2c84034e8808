package se.utrop.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Where the pages of a list begin, as the server itself hands it out. */
final class Cursors {

    private static final Pattern CURSOR = Pattern.compile("\"cursor\":\"([^\"]+)\"");

    private Cursors() {}

    /**
     * Those of the list's first news, or of all where it is shorter.
     *
     * @param filter a member of the variables; may be empty
     */
    static List<String> first(int count, Http http, String document, String filter)
            throws IOException, InterruptedException {
        List<String> cursors = new ArrayList<>();
        for (List<String> page = page(http, document, variables(filter, ""));
                !page.isEmpty() && cursors.size() < count;
                page = page(http, document, variables(filter, "\"after\":\"" + page.getLast() + "\""))) {
            cursors.addAll(page);
        }
        return cursors;
    }

    private static List<String> page(Http http, String document, String variables)
            throws IOException, InterruptedException {
        return CURSOR.matcher(http.ask("/graphql", document, variables))
                .results()
                .map(cursor -> cursor.group(1))
                .toList();
    }

    private static String variables(String filter, String after) {
        return "{" + filter + (filter.isEmpty() || after.isEmpty() ? "" : ",") + after + "}";
    }
}
