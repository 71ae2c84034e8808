package se.utrop.search;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A word of a term as PostgreSQL reads it.
 *
 * @param position its place among the words of the term, those counted that mean nothing in themselves
 */
record Token(int position, Set<Form> forms) {

    Token or(Token other) {
        Set<Form> either = new LinkedHashSet<>(forms);
        either.addAll(other.forms);
        return new Token(position, either);
    }
}
