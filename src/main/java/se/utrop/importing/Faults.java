package se.utrop.importing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is wrong with items of a file, and which ones are no news. Each is told to the operator; the others go in. */
final class Faults {

    private static final int MOST_NAMED = 100;

    private final List<ImportRefused> named = new ArrayList<>();
    private final Map<String, Integer> passedOver = new LinkedHashMap<>();
    private final String file;
    private final boolean strict;
    private int leftOut;
    private int estimated;
    private int found;

    /**
     * Of a file, named for messages.
     *
     * @param strict whether each departure is a fault, even if an item can go in nevertheless
     */
    Faults(String file, boolean strict) {
        this.file = file;
        this.strict = strict;
    }

    /** An item that can't go in. */
    void leaveOut(ImportRefused fault) {
        leftOut++;
        note(fault);
    }

    /** An item that goes in nevertheless. */
    void note(ImportRefused fault) {
        found++;
        if (named.size() < MOST_NAMED) {
            named.add(fault);
        }
    }

    /** An item whose time has to be estimated because it states none. */
    void estimate(ImportRefused fault) {
        estimated++;
        note(fault);
    }

    /** An item that isn't news, such as a draft. */
    void passOver(String kind) {
        passedOver.merge(kind, 1, Integer::sum);
    }

    int leftOut() {
        return leftOut;
    }

    int estimated() {
        return estimated;
    }

    /** Whether nothing may go in: for whole or nothing, or because nothing was right. */
    boolean refuse(int read) {
        return (strict && found > 0) || (read == 0 && leftOut > 0);
    }

    /** What refuses the file, each fault on a line of its own. */
    ImportRefused refusal() {
        return ImportRefused.together(messages());
    }

    /** The faults that were found before the one that ends the reading, and that one. */
    ImportRefused refusal(ImportRefused last) {
        return ImportRefused.together(
                Stream.concat(messages().stream(), Stream.of(message(last))).toList());
    }

    /** One line a fault, behind the place where it stands. */
    List<String> messages() {
        List<String> messages =
                new ArrayList<>(named.stream().map(this::message).toList());
        if (found > named.size()) {
            messages.add("%s: and %,d more".formatted(file, found - named.size()));
        }
        return messages;
    }

    private String message(ImportRefused fault) {
        return String.valueOf(fault.in(file).getMessage());
    }

    /** Such as {@code 2 draft, 1 page}. */
    String passedOver() {
        return passedOver.entrySet().stream()
                .map(entry -> "%,d %s".formatted(entry.getValue(), entry.getKey()))
                .collect(Collectors.joining(", "));
    }
}
