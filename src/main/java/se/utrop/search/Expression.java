package se.utrop.search;

import java.util.List;

/** What somebody looks for. */
sealed interface Expression {

    /** All terms, wanted or not. */
    default List<Term> terms() {
        return switch (this) {
            case Term term -> List.of(term);
            case All all ->
                all.parts().stream()
                        .flatMap(part -> part.terms().stream())
                        .distinct()
                        .toList();
            case Any any ->
                any.parts().stream()
                        .flatMap(part -> part.terms().stream())
                        .distinct()
                        .toList();
            case Without without -> without.unwanted().terms();
        };
    }

    /** Words; in this order and side by side when it is a phrase of several. */
    record Term(String text, boolean phrase) implements Expression {}

    /** Every one of these. */
    record All(List<Expression> parts) implements Expression {}

    /** At least one of these. */
    record Any(List<Expression> parts) implements Expression {}

    /** Anything but this. */
    record Without(Expression unwanted) implements Expression {}
}
