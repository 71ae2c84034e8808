package se.utrop.text;

import java.util.List;

/** The months as Swedish texts name them. */
public final class SwedishMonths {

    /** From January to December, in lower case. */
    public static final List<String> NAMES = List.of(
            "januari",
            "februari",
            "mars",
            "april",
            "maj",
            "juni",
            "juli",
            "augusti",
            "september",
            "oktober",
            "november",
            "december");

    private SwedishMonths() {}
}
