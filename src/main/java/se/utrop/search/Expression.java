package se.utrop.search;

import java.util.List;
import java.util.function.Function;

/** A parsed search expression. */
sealed interface Expression {

    /** All terms, wanted or not. */
    default List<Term> terms() {
        return switch (this) {
            case Term term -> List.of(term);
            case All all -> terms(all.parts(), Expression::terms);
            case Any any -> terms(any.parts(), Expression::terms);
            case Without without -> without.unwanted().terms();
        };
    }

    /** The terms of which there may be hits. */
    default List<Term> wantedTerms() {
        return switch (this) {
            case Term term -> List.of(term);
            case All all -> terms(all.parts(), Expression::wantedTerms);
            case Any any -> terms(any.parts(), Expression::wantedTerms);
            case Without _ -> List.of();
        };
    }

    private static List<Term> terms(List<Expression> parts, Function<Expression, List<Term>> terms) {
        return parts.stream()
                .flatMap(part -> terms.apply(part).stream())
                .distinct()
                .toList();
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
