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
            case AtLeast some -> terms(some.parts(), Expression::terms);
            case Without without -> without.unwanted().terms();
            case Published _ -> List.of();
        };
    }

    /** The terms of which there may be hits. */
    default List<Term> wantedTerms() {
        return switch (this) {
            case Term term -> List.of(term);
            case All all -> terms(all.parts(), Expression::wantedTerms);
            case Any any -> terms(any.parts(), Expression::wantedTerms);
            case AtLeast some -> terms(some.parts(), Expression::wantedTerms);
            case Without _, Published _ -> List.of();
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

    /** A time of publication, by the lexeme that documents hold of it. */
    record Published(String lexeme) implements Expression {}

    /** Every one of these. */
    record All(List<Expression> parts) implements Expression {}

    /** At least one of these. */
    record Any(List<Expression> parts) implements Expression {}

    /** As many of these as the count says, or more. */
    record AtLeast(int count, List<Expression> parts) implements Expression {

        boolean isAll() {
            return count == parts.size();
        }
    }

    /** Anything but this. */
    record Without(Expression unwanted) implements Expression {}
}
